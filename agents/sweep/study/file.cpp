
#include "agents/sweep/study/file.hpp"

#include <algorithm>
#include <filesystem>

#include <lockstep/error.hpp>

#include "agents/sweep/study/fields.hpp"
#include "agents/sweep/study/named_files.hpp"
#include "agents/sweep/study/space_file.hpp"
#include "engine/environments/config.hpp"
#include "engine/text/text_file.hpp"

namespace lockstep::sweep {
namespace {

struct FieldFromToml {
    Study& study;
    TomlValues& values;
    std::string_view key;
    const toml::node& node;
    template <class T>
    void operator()(T Study::*member) const {
        values.take(node, key, study.*member);
    }
    void operator()(const WordMember& member) const {
        member.set(study, values.choice(node, key, member.words));
    }
};

class Reader {
public:
    explicit Reader(const std::string& path) : path_(path), values_(path) {
        // No files lie beside a pipe, so its text counts as typed in the working directory.
        std::error_code ignored;
        const bool pipe = path.starts_with("/dev/") || std::filesystem::is_fifo(path, ignored);
        if (!pipe) study_.folder = std::filesystem::path(path).parent_path().string();
    }

    Study read(std::string_view text) {
        const toml::table root = values_.parse(text);
        check_sections(root);
        if (const toml::table* table = root["study"].as_table()) read_study(*table);
        if (const toml::table* table = root["set"].as_table()) read_set(*table);
        std::vector<SearchParameter> parameters;
        if (const toml::table* table = root["space"].as_table()) {
            for (const auto& [key, node] : *table) remember("space.", key.str(), node);
            parameters = read_parameters(*table, values_);
        }
        for (const char* key : {"env", "agent"}) {
            if (!root["study"][key]) values_.add(path_ + ": [study] lacks " + key);
        }
        // A default never exceeds what was asked for.
        if (!study_.origins.contains("study.first_seeds"))
            study_.first_seeds = std::min(study_.first_seeds, study_.tuning_seeds);
        make_space(std::move(parameters));
        if (const toml::array* entries = root["enqueue"].as_array()) read_enqueue(*entries);
        read_setting_files();
        if (!values_.faults().empty()) throw ConfigError(values_.faults());
        return std::move(study_);
    }

private:
    void remember(const char* section, std::string_view key, const toml::node& node) {
        study_.origins[section + std::string(key)] = values_.place(node.source());
    }
    void check_sections(const toml::table& root) {
        static constexpr std::string_view sections[] = {"study", "set", "space", "enqueue"};
        for (const auto& [key, node] : root) {
            if (std::ranges::find(sections, key.str()) == std::end(sections)) {
                values_.add(node, "", unknown_name("section", key.str(), sections));
            } else if (key.str() == "enqueue") {
                if (!node.is_array_of_tables())
                    values_.add(node, key.str(), "is a list of tables: [[enqueue]]");
            } else if (!node.is_table()) {
                values_.add(node, key.str(), "is a table: [" + std::string(key.str()) + "]");
            }
        }
    }
    void read_study(const toml::table& table) {
        std::vector<std::string_view> known;
        for (const StudyField& field : study_fields()) known.push_back(field.name);
        for (const auto& [key, node] : table) {
            remember("study.", key.str(), node);
            if (const StudyField* field = find_field(key.str())) {
                std::visit(FieldFromToml{study_, values_, key.str(), node}, field->member);
            } else if (const std::string_view now = current_key(key.str()); !now.empty()) {
                values_.add(
                    node, "",
                    "'" + std::string(key.str()) + "' is called " + std::string(now) + " now");
            } else {
                values_.add(node, "", unknown_name("key", key.str(), known));
            }
        }
    }
    void read_set(const toml::table& table) {
        for (const auto& [key, node] : table) {
            const std::string name(key.str());
            remember("set.", name, node);
            if (const auto text = setting_text(node)) {
                study_.set[name] = *text;
            } else {
                values_.add(node, name, "allowed a number, a text, true or false");
            }
        }
    }

    void read_enqueue(const toml::array& entries) {
        for (const toml::node& entry : entries) {
            remember("enqueue.", std::to_string(study_.enqueue.size()), entry);
            auto& values = study_.enqueue.emplace_back();
            if (!entry.is_table()) return;  // reported already
            for (const auto& [key, node] : *entry.as_table()) {
                if (const auto text = setting_text(node)) {
                    values[std::string(key.str())] = *text;
                } else {
                    values_.add(node, key.str(), "allowed a number, a text, true or false");
                }
            }
        }
    }
    void read_setting_files() {
        try {
            study_.files = read_files(study_);
        } catch (const ConfigError& error) {
            values_.add(error.what());
        }
    }

    // Faults of the space as a whole carry the line of their parameter.
    void make_space(std::vector<SearchParameter>&& parameters) {
        try {
            study_.space = Space(std::move(parameters), study_.constraints);
        } catch (const ConfigError& error) {
            std::string_view lines = error.what();
            while (!lines.empty()) {
                const std::size_t end = std::min(lines.find('\n'), lines.size());
                const std::string_view line = lines.substr(0, end);
                const std::string name(line.substr(0, line.find_first_of(" :")));
                const bool constraint = name == "constraint";
                values_.add(study_.where(constraint ? "study.constraints" : "space." + name) +
                            std::string(line));
                lines.remove_prefix(std::min(end + 1, lines.size()));
            }
        }
    }

    const std::string& path_;
    TomlValues values_;
    Study study_;
};

}  // namespace

Study read_study(std::string_view text, const std::string& path) { return Reader(path).read(text); }

Study read_study_file(const std::string& path) { return read_study(read_text_file(path), path); }

}  // namespace lockstep::sweep
