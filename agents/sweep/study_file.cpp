#include <lockstep/agents/sweep/study_file.hpp>

#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <set>

#include <lockstep/engine/error.hpp>

namespace lockstep::sweep {
namespace {

std::string digits(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

// A number, word or truth as a setting takes it; nothing else is one.
std::optional<std::string> setting_text(const toml::node& node) {
    if (const auto word = node.value_exact<std::string>()) return *word;
    if (const auto whole = node.value_exact<std::int64_t>()) return std::to_string(*whole);
    if (const auto number = node.value_exact<double>()) return digits(*number);
    if (const auto truth = node.value_exact<bool>()) return *truth ? "true" : "false";
    return std::nullopt;
}

class Reader {
public:
    explicit Reader(const std::string& path) : path_(path) {}

    Study read(std::string_view text) {
        const toml::table root = parse(text);
        static constexpr std::string_view sections[] = {"study", "set", "space"};
        for (const auto& [key, node] : root) {
            if (std::ranges::find(sections, key.str()) == std::end(sections)) {
                add(node, "", unknown_name("section", key.str(), sections));
            } else if (!node.is_table()) {
                add(node, key.str(), "is a table: [" + std::string(key.str()) + "]");
            }
        }
        if (const toml::table* table = root["study"].as_table()) read_study(*table);
        if (const toml::table* table = root["set"].as_table()) read_set(*table);
        if (const toml::table* table = root["space"].as_table()) read_space(*table);
        for (const char* key : {"env", "agent"}) {
            if (!root["study"][key]) add_line(path_ + ": [study] lacks " + key);
        }
        // A default is never above what was asked for.
        if (!study_.origins.contains("study.first_seeds"))
            study_.first_seeds = std::min(study_.first_seeds, study_.tuning_seeds);
        make_space();
        if (!faults_.empty()) throw ConfigError(faults_);
        return std::move(study_);
    }

private:
    toml::table parse(std::string_view text) const {
        try {
            return toml::parse(text, path_);
        } catch (const toml::parse_error& error) {
            throw ConfigError(place(error.source()) + std::string(error.description()));
        }
    }
    std::string place(const toml::source_region& source) const {
        return path_ + ":" + std::to_string(source.begin.line) + ": ";
    }
    void add_line(const std::string& fault) { faults_ += (faults_.empty() ? "" : "\n") + fault; }
    void add(const toml::node& node, std::string_view key, const std::string& fault) {
        add_line(place(node.source()) + std::string(key) + (key.empty() ? "" : ": ") + fault);
    }
    void remember(const std::string& key, const toml::node& node) {
        const std::string at = place(node.source());
        study_.origins[key] = at.substr(0, at.size() - 2);
    }

    void take(const toml::node& node, std::string_view key, std::int64_t& into) {
        if (const auto value = node.value_exact<std::int64_t>()) {
            into = *value;
        } else {
            add(node, key, "allowed whole numbers");
        }
    }
    void take(const toml::node& node, std::string_view key, std::uint64_t& into) {
        std::int64_t value = 0;
        take(node, key, value);
        if (value < 0) add(node, key, "allowed whole numbers from 0");
        into = static_cast<std::uint64_t>(value);
    }
    void take(const toml::node& node, std::string_view key, double& into) {
        if (const auto value = node.value<double>(); value && node.is_number()) {
            into = *value;
        } else {
            add(node, key, "allowed numbers");
        }
    }
    void take(const toml::node& node, std::string_view key, std::string& into) {
        if (const auto value = node.value_exact<std::string>()) {
            into = *value;
        } else {
            add(node, key, "allowed texts");
        }
    }
    void take(const toml::node& node, std::string_view key, std::vector<std::string>& into) {
        const toml::array* array = node.as_array();
        if (array == nullptr) return add(node, key, "allowed lists of texts");
        for (const toml::node& element : *array) {
            if (const auto text = element.value_exact<std::string>()) {
                into.push_back(*text);
            } else {
                add(element, key, "allowed texts");
            }
        }
    }
    // The index of a word among those allowed.
    std::size_t choice(const toml::node& node, std::string_view key,
                       std::span<const std::string_view> allowed) {
        std::string word;
        take(node, key, word);
        const auto found = std::ranges::find(allowed, word);
        if (found != allowed.end()) return static_cast<std::size_t>(found - allowed.begin());
        if (node.is_string()) add(node, key, unknown_name("value", word, allowed));
        return 0;
    }

    // Assigns one key of [study]; false: there is no such key.
    bool assign(std::string_view key, const toml::node& node) {
        static constexpr std::string_view directions[] = {"minimize", "maximize"};
        Study& s = study_;
        const auto to = [&](auto& member) { return take(node, key, member), true; };
        if (key == "env") return to(s.env);
        if (key == "agent") return to(s.agent);
        if (key == "sampler") return to(s.sampler);
        if (key == "trials") return to(s.trials);
        if (key == "generation") return to(s.generation);
        if (key == "tuning_seeds") return to(s.tuning_seeds);
        if (key == "first_seeds") return to(s.first_seeds);
        if (key == "eta") return to(s.eta);
        if (key == "budget") return to(s.budget);
        if (key == "least_budget") return to(s.least_budget);
        if (key == "seed") return to(s.seed);
        if (key == "test_episodes") return to(s.test_episodes);
        if (key == "max_steps") return to(s.max_steps);
        if (key == "top") return to(s.top);
        if (key == "validation_seeds") return to(s.validation_seeds);
        if (key == "test_seeds") return to(s.test_seeds);
        if (key == "constraints") return to(s.constraints);
        if (key == "scheduler")
            return s.scheduler = static_cast<Scheduler>(choice(node, key, scheduler_names)), true;
        if (key == "objective")
            return s.objective = static_cast<Score>(choice(node, key, score_names)), true;
        if (key == "direction") return s.maximize = choice(node, key, directions) == 1, true;
        return false;
    }
    void read_study(const toml::table& table) {
        static constexpr std::string_view known[] = {
            "env",          "agent",        "sampler",          "scheduler",  "trials",
            "generation",   "tuning_seeds", "first_seeds",      "eta",        "budget",
            "least_budget", "objective",    "direction",        "seed",       "test_episodes",
            "max_steps",    "top",          "validation_seeds", "test_seeds", "constraints"};
        for (const auto& [key, node] : table) {
            remember("study." + std::string(key.str()), node);
            if (!assign(key.str(), node)) add(node, "", unknown_name("key", key.str(), known));
        }
    }
    void read_set(const toml::table& table) {
        for (const auto& [key, node] : table) {
            const std::string name(key.str());
            remember("set." + name, node);
            if (const auto text = setting_text(node)) {
                study_.set[name] = *text;
            } else {
                add(node, name, "allowed a number, a text, true or false");
            }
        }
    }

    void read_space(const toml::table& table) {
        std::vector<std::pair<toml::source_position, std::string>> order;
        for (const auto& [key, node] : table)
            order.emplace_back(node.source().begin, std::string(key.str()));
        // toml++ sorts keys by name; what a reader sees is the order of lines.
        std::ranges::sort(order, [](const auto& a, const auto& b) { return a.first < b.first; });
        for (const auto& [at, name] : order) {
            const toml::node& node = *table.get(name);
            remember("space." + name, node);
            if (const toml::table* description = node.as_table()) {
                read_parameter(name, *description);
            } else {
                add(node, name, "allowed for example {log = [1e-4, 1.0]} or {choice = [8, 16]}");
            }
        }
    }
    void read_parameter(const std::string& name, const toml::table& table) {
        static constexpr std::string_view known[] = {"uniform", "log",    "logit",  "integer",
                                                     "pow2",    "choice", "points", "when"};
        SearchParameter& p = parameters_.emplace_back();
        p.name = name;
        const std::size_t faults_before = faults_.size();
        int ranges = 0;
        for (const auto& [key, node] : table) {
            const auto scale = std::ranges::find(scale_names, key.str());
            if (scale != std::end(scale_names)) {
                p.scale = static_cast<Scale>(scale - std::begin(scale_names));
                ++ranges;
                read_range(p, node);
            } else if (key.str() == "points") {
                take(node, name + ".points", p.points);
                if (p.points < 1) add(node, name + ".points", "allowed whole numbers from 1");
            } else if (key.str() == "when") {
                read_parent(p, node);
            } else {
                add(node, name, unknown_name("key", key.str(), known));
            }
        }
        if (ranges != 1)
            add(table, name, "needs one of uniform, log, logit, integer, pow2 and choice");
        if (p.discrete() && table.contains("points"))
            add(table, name + ".points",
                "has levels of its own: allowed of uniform, log and logit");
        if (faults_.size() == faults_before) return;
        p = {};  // of what was not read, nothing more is told
        p.name = name;
        unread_.insert(name);
    }
    void read_range(SearchParameter& p, const toml::node& node) {
        const toml::array* array = node.as_array();
        if (array == nullptr) return add(node, p.name, "allowed a list");
        if (p.scale == Scale::choice) return read_choices(p, *array);
        if (array->size() != 2) return add(node, p.name, "allowed [LOW, HIGH]");
        take((*array)[0], p.name, p.low);
        take((*array)[1], p.name, p.high);
    }
    void read_choices(SearchParameter& p, const toml::array& array) {
        for (const toml::node& element : array) {
            const auto text = setting_text(element);
            if (!text) {
                add(element, p.name, "allowed numbers, texts, true and false");
            } else if (std::ranges::find(p.choices, *text) != p.choices.end()) {
                add(element, p.name, "'" + *text + "' is there twice");
            } else {
                p.choices.push_back(*text);
            }
        }
    }
    // when = {optimiser = "adam"}, or a list of values.
    void read_parent(SearchParameter& p, const toml::node& node) {
        const toml::table* table = node.as_table();
        if (table == nullptr || table->size() != 1)
            return add(node, p.name, "when: allowed {PARAMETER = VALUE} or {PARAMETER = [VALUES]}");
        const auto only = table->begin();  // what it points at lives in it
        const auto& [key, value] = *only;
        std::vector<std::string_view> known;
        for (const SearchParameter& other : parameters_) known.emplace_back(other.name);
        known.pop_back();  // itself
        const auto found = std::ranges::find(known, key.str());
        if (found == known.end()) {
            return add(node, p.name,
                       "when: " + unknown_name("earlier parameter", key.str(), known));
        }
        if (unread_.contains(key.str())) return;
        p.parent = static_cast<int>(found - known.begin());
        const SearchParameter parent = parameters_[static_cast<std::size_t>(p.parent)];
        if (const toml::array* values = value.as_array()) {
            for (const toml::node& element : *values) read_parent_value(p, parent, element);
        } else {
            read_parent_value(p, parent, value);
        }
    }
    void read_parent_value(SearchParameter& p, const SearchParameter& parent,
                           const toml::node& node) {
        if (parent.scale != Scale::choice) {
            take(node, p.name + ".when", p.parent_values.emplace_back());
            return;
        }
        const auto text = setting_text(node);
        const auto found = std::ranges::find(parent.choices, text.value_or(""));
        if (found == parent.choices.end()) {
            const std::vector<std::string_view> known(parent.choices.begin(), parent.choices.end());
            return add(
                node, p.name,
                "when: " + unknown_name("value of " + parent.name, text.value_or(""), known));
        }
        p.parent_values.push_back(static_cast<double>(found - parent.choices.begin()));
    }

    // Faults of the space as a whole carry the line of their parameter.
    void make_space() {
        try {
            study_.space = Space(std::move(parameters_), study_.constraints);
        } catch (const ConfigError& error) {
            std::string_view lines = error.what();
            while (!lines.empty()) {
                const std::size_t end = std::min(lines.find('\n'), lines.size());
                const std::string_view line = lines.substr(0, end);
                const std::string name(line.substr(0, line.find_first_of(" :")));
                const bool constraint = name == "constraint";
                add_line(study_.where(constraint ? "study.constraints" : "space." + name) +
                         std::string(line));
                lines.remove_prefix(std::min(end + 1, lines.size()));
            }
        }
    }

    const std::string& path_;
    Study study_;
    std::vector<SearchParameter> parameters_;
    std::set<std::string, std::less<>> unread_;  // of these, for faults
    std::string faults_;
};

}  // namespace

Study read_study(std::string_view text, const std::string& path) { return Reader(path).read(text); }

Study read_study_file(const std::string& path) {
    if (std::filesystem::is_directory(path)) throw ConfigError(path + ": is a directory");
    std::ifstream file(path, std::ios::binary);
    if (!file) throw ConfigError(path + ": " + std::strerror(errno));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (file.bad()) throw ConfigError(path + ": cannot be read");
    return read_study(text, path);
}

}  // namespace lockstep::sweep
