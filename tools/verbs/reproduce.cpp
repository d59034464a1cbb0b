// lockstep reproduce [ID]...

#include <fmt/format.h>

#include <chrono>

#include "engine/text/json.hpp"
#include "tools/command_line/verb.hpp"
#include "tools/reproduce/experiments.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace {

const Experiment& find_experiment(std::string_view id) {
    std::vector<std::string_view> known;
    for (const Experiment& experiment : experiments()) {
        if (id == experiment.id) return experiment;
        known.emplace_back(experiment.id);
    }
    throw ConfigError(unknown_name("experiment", id, known));
}

Json run_experiment(const Experiment& experiment, const Common& common) {
    const auto start = std::chrono::steady_clock::now();
    const Json published = parse_json(experiment.published);
    ProgressLine line(experiment.id);
    const ExperimentResult outcome = experiment.run(common, published, line.callback());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    Json row{{"id", experiment.id},
             {"source", experiment.source},
             {"published", published},
             {"measured", outcome.measured},
             {"dispersion", outcome.dispersion},
             {"verdict", outcome.verdict},
             {"seconds", seconds.count()}};
    if (!outcome.tables.is_null()) row["tables"] = outcome.tables;
    return row;
}

// A number of `group` by name as a cell, or an empty one.
std::string cell(const Json& group, const std::string& name) {
    if (!group.contains(name)) return {};
    return fmt::format("{}", group.at(name).get<double>());
}

void print_table(const Json& row) {
    fmt::print("{}: {} ({:.2f} s)\n  {}\n", row["id"].get<std::string>(),
               row["verdict"].get<std::string>(), row["seconds"].get<double>(),
               row["source"].get<std::string>());
    const Json& published = row["published"];
    if (published.contains("remark")) {
        fmt::print("  published: \"{}\"\n", published["remark"].get<std::string>());
    }
    const Json reference = published.value("reference", Json::object());
    if (reference.contains("what")) {
        fmt::print("  reference: {}\n", reference["what"].get<std::string>());
    }
    const Json z = row["dispersion"].value("z", Json::object());
    constexpr std::string_view layout = "  {:28}{:>22}{:>22}{:>22}{:>8}\n";
    fmt::print(layout, "", "published", "reference", "measured", z.empty() ? "" : "z");
    for (const auto& [name, value] : row["measured"].items()) {
        const std::string distance =
            z.contains(name) ? fmt::format("{:.2f}", z[name].get<double>()) : "";
        fmt::print(layout, name, cell(published, name), cell(reference, name), value.get<double>(),
                   distance);
    }
    if (row["dispersion"].contains("z_bound")) {
        fmt::print("  {:28}{:>74.2f}\n", "bound of |z|",
                   row["dispersion"]["z_bound"].get<double>());
    }
    fmt::print("\n");
}

struct ReproduceTexts {
    std::vector<std::string> ids;
};

Options options(ReproduceTexts& texts) {
    return {{"ID", texts.ids, "experiments, as `list experiments` names them (all)",
             Values::experiment}};
}

void reproduce(const ReproduceTexts& texts, const Common& common, Faults& faults) {
    std::vector<Experiment> chosen;
    for (const std::string& id : texts.ids) {
        faults.collect([&] { chosen.push_back(find_experiment(id)); });
    }
    faults.raise();
    if (texts.ids.empty()) chosen.assign(experiments().begin(), experiments().end());
    Json rows = Json::array();
    for (const Experiment& experiment : chosen) {
        rows.push_back(run_experiment(experiment, common));
        if (!common.json) print_table(rows.back());
    }
    if (common.json) print_json(rows);
}

}  // namespace

Verb reproduce_verb() {
    return {"reproduce", "run the tutorials' experiments again and compare",
            call<ReproduceTexts, options, reproduce>};
}

}  // namespace lockstep
