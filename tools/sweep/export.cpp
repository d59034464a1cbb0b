
#include "tools/sweep/export.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <optional>

#include <lockstep/statistics.hpp>

#include "engine/text/json.hpp"
#include "tools/sweep/optuna.hpp"

namespace lockstep::sweep {
namespace {

constexpr int dump_version = 1;

void write_jsonl(const Study& study, const Rows& rows, const Put& put) {
    const Json head = {{"lockstep_dump", dump_version},
                       {"study", parse_json(canonical_text(study))}};
    put(head.dump() + "\n");
    rows([&](const TrialRow& row) { put(row_json(study, row).dump({.replace = true}) + "\n"); });
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string all = "\"";
    for (const char c : text) all += c == '"' ? "\"\"" : std::string(1, c);
    return all + "\"";
}

constexpr std::string_view csv_head =
    "trial,role,stage,generation,state,budget,first_seed,seeds,steps,mean";

void write_csv(const Study& study, const Rows& rows, const Put& put) {
    std::string head(csv_head);
    for (const SearchParameter& p : study.space.parameters()) head += "," + quoted(p.name);
    put(head + ",message\n");
    rows([&](const TrialRow& row) {
        std::string line =
            fmt::format("{},{},{},{},{},{},{},{},{},{}", row.trial, name(row.role), row.stage,
                        row.generation, name(row.state), row.budget, row.first_seed, row.seeds,
                        row.steps, row.scores.empty() ? "" : fmt::format("{}", mean(row.scores)));
        for (int i = 0; i < study.space.size(); ++i) {
            const double value = row.values[static_cast<std::size_t>(i)];
            line += "," + (std::isnan(value) ? "" : quoted(study.space.text(i, value)));
        }
        put(line + "," + quoted(row.message) + "\n");
    });
}

}  // namespace

Found found_export(const std::string& path) {
    const std::string head = first_bytes(path, csv_head.size());
    return replaceable_if(head == csv_head || head.starts_with(R"({"lockstep_dump":)") ||
                          head.starts_with(R"({"op_code":0,"worker_id":"lockstep",)"));
}

void write_rows(RowFormat format, const Study& study, const Rows& rows, const Put& put) {
    switch (format) {
        case RowFormat::csv:
            return write_csv(study, rows, put);
        case RowFormat::jsonl:
            return write_jsonl(study, rows, put);
        case RowFormat::optuna_journal:
            return write_optuna(study, rows, put);
    }
}

}  // namespace lockstep::sweep
