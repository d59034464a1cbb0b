
#include "agents/sweep/study/space_file.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include <lockstep/error.hpp>

namespace lockstep::sweep {
namespace {

class SpaceReader {
public:
    explicit SpaceReader(TomlValues& values) : values_(values) {}

    std::vector<SearchParameter> read(const toml::table& table) {
        std::vector<std::pair<toml::source_position, std::string>> order;
        for (const auto& [key, node] : table)
            order.emplace_back(node.source().begin, std::string(key.str()));
        // toml++ sorts keys by name; a reader sees the order of lines.
        std::ranges::sort(order, [](const auto& a, const auto& b) { return a.first < b.first; });
        for (const auto& [at, name] : order) {
            const toml::node& node = *table.get(name);
            if (const toml::table* description = node.as_table()) {
                read_parameter(name, *description);
            } else {
                values_.add(node, name,
                            "allowed for example {log = [1e-4, 1.0]} or {choice = [8, 16]}");
            }
        }
        return std::move(parameters_);
    }

private:
    void read_parameter(const std::string& name, const toml::table& table) {
        static constexpr std::string_view known[] = {
            "uniform", "log", "logit", "integer", "pow2", "choice", "points", "step", "when"};
        SearchParameter& p = parameters_.emplace_back();
        p.name = name;
        const std::size_t faults_before = values_.faults().size();
        int ranges = 0;
        for (const auto& [key, node] : table) {
            const auto scale = std::ranges::find(scale_names, key.str());
            if (key.str() == "log" && node.is_boolean()) {
                p.log = *node.value<bool>();
            } else if (scale != std::end(scale_names)) {
                p.scale = static_cast<Scale>(scale - std::begin(scale_names));
                ++ranges;
                read_range(p, node);
            } else if (key.str() == "points") {
                values_.take(node, name + ".points", p.points);
                if (p.points < 1)
                    values_.add(node, name + ".points", "allowed whole numbers from 1");
            } else if (key.str() == "step") {
                values_.take(node, name + ".step", p.step);
                if (!(p.step > 0)) values_.add(node, name + ".step", "allowed numbers above 0");
            } else if (key.str() == "when") {
                read_parent(p, node);
            } else {
                values_.add(node, name, unknown_name("key", key.str(), known));
            }
        }
        if (ranges != 1)
            values_.add(table, name, "needs one of uniform, log, logit, integer, pow2 and choice");
        const bool continuous =
            p.scale == Scale::uniform || p.scale == Scale::log || p.scale == Scale::logit;
        if (p.points > 0 && (!continuous || p.step > 0))
            values_.add(table, name + ".points",
                        "has levels of its own: allowed of uniform, log and logit");
        if (values_.faults().size() == faults_before) return;
        p = {};  // nothing more is reported of what was not read
        p.name = name;
        unread_.insert(name);
    }
    void read_range(SearchParameter& p, const toml::node& node) {
        const toml::array* array = node.as_array();
        if (array == nullptr) return values_.add(node, p.name, "allowed a list");
        if (p.scale == Scale::choice) return read_choices(p, *array);
        if (array->size() != 2) return values_.add(node, p.name, "allowed [LOW, HIGH]");
        values_.take((*array)[0], p.name, p.low);
        values_.take((*array)[1], p.name, p.high);
    }
    void read_choices(SearchParameter& p, const toml::array& array) {
        for (const toml::node& element : array) {
            const auto text = setting_text(element);
            if (!text) {
                values_.add(element, p.name, "allowed numbers, texts, true and false");
            } else if (std::ranges::find(p.choices, *text) != p.choices.end()) {
                values_.add(element, p.name, "'" + *text + "' is given twice");
            } else {
                p.choices.push_back(*text);
            }
        }
    }
    // when = {optimizer = "adam"}, or a list of values.
    void read_parent(SearchParameter& p, const toml::node& node) {
        const toml::table* table = node.as_table();
        if (table == nullptr || table->size() != 1)
            return values_.add(node, p.name,
                               "when: allowed {PARAMETER = VALUE} or {PARAMETER = [VALUES]}");
        const auto only = table->begin();  // keeps alive what is referred to below
        const auto& [key, value] = *only;
        std::vector<std::string_view> known;
        for (const SearchParameter& other : parameters_) known.emplace_back(other.name);
        known.pop_back();  // the parameter itself
        const auto found = std::ranges::find(known, key.str());
        if (found == known.end()) {
            return values_.add(node, p.name,
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
            values_.take(node, p.name + ".when", p.parent_values.emplace_back());
            return;
        }
        const auto text = setting_text(node);
        const auto found = std::ranges::find(parent.choices, text.value_or(""));
        if (found == parent.choices.end()) {
            const std::vector<std::string_view> known(parent.choices.begin(), parent.choices.end());
            return values_.add(
                node, p.name,
                "when: " + unknown_name("value of " + parent.name, text.value_or(""), known));
        }
        p.parent_values.push_back(static_cast<double>(found - parent.choices.begin()));
    }

    TomlValues& values_;
    std::vector<SearchParameter> parameters_;
    std::set<std::string, std::less<>> unread_;  // of these parameters, for faults
};

}  // namespace

std::vector<SearchParameter> read_parameters(const toml::table& table, TomlValues& values) {
    return SpaceReader(values).read(table);
}

}  // namespace lockstep::sweep
