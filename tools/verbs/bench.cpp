// lockstep bench

#include <fmt/format.h>

#include <cmath>

#include <lockstep/bench.hpp>

#include "engine/environments/config.hpp"
#include "engine/text/number_text.hpp"
#include "tools/command_line/verb.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace {

struct BenchTexts {
    std::string env, envs = "4096", isa, precision = "f32", seconds = "1";
};

Options options(BenchTexts& texts) {
    std::vector<std::string_view> isas;
    for (const Isa isa : built_isas) isas.push_back(name(isa));
    return {
        {"--env", texts.env, "one environment (all)", Values::environment},
        {"--envs", texts.envs, "environments stepped together (4096)"},
        {"--isa", texts.isa, "one that `list isa` names (the best there is)", isas},
        {"--precision", texts.precision, "f32 or f64 (f32)", precision_names},
        {"--seconds", texts.seconds, "approximate time per row; 0: run once, for its hash (1)"}};
}

Json describe(const bench::Row& row) {
    return {{"name", row.name},
            {"isa", name(row.isa)},
            {"threads", row.threads},
            {"envs", row.num_envs},
            {"precision", row.precision == Precision::f32 ? "f32" : "f64"},
            {"steps_per_s", row.steps_per_s},
            {"spread", row.spread},
            {"ceiling_steps_per_s", row.ceiling_steps_per_s},
            {"ratio_to_ceiling", row.ratio_to_ceiling},
            {"speedup_over_one_thread", row.speedup},
            {"hash", fmt::format("{:016x}", row.hash)},
            {"valid", row.valid}};
}

void print_table(const std::vector<bench::Row>& rows) {
    fmt::print("{:28} {:>10} {:>7} {:>11} {:>9}  {}\n", "", "M steps/s", "spread", "of ceiling",
               "speed-up", "hash");
    for (const bench::Row& row : rows) {
        const std::string ratio =
            row.ratio_to_ceiling > 0 ? fmt::format("{:.3f}", row.ratio_to_ceiling) : "";
        const std::string speedup = row.threads != 1 ? fmt::format("{:.2f}", row.speedup) : "";
        fmt::print("{:28} {:>10.1f} {:>7.2f} {:>11} {:>9}  {:016x}{}\n", row.name,
                   row.steps_per_s / 1e6, row.spread, ratio, speedup, row.hash,
                   row.valid ? "" : "  VOID: differs from the scalar run");
    }
}

bench::Config check(const BenchTexts& texts, const Common& common, Faults& faults) {
    bench::Config config;
    if (!texts.env.empty()) {
        faults.collect([&] { find_environment(texts.env); });
        config.env = texts.env;
    }
    config.num_envs = static_cast<std::int64_t>(faults.whole("--envs", texts.envs, 1, 0xFFFFFFFF));
    config.precision = check_precision(texts.precision, faults);
    if (!texts.isa.empty())
        config.isa = faults.attempt([&] { return parse_isa(texts.isa); });
    else
        faults.collect([&] { default_isa(); });
    if (const auto seconds = read_number(texts.seconds)) {
        config.seconds = *seconds;
    } else {
        faults.add(fmt::format("--seconds = '{}': not a number", texts.seconds));
    }
    config.seed = common.seed_or_zero();
    config.threads = common.threads;
    return config;
}

void run(const BenchTexts& texts, const Common& common, Faults& faults) {
    const bench::Config config = check(texts, common, faults);
    faults.raise();
    const std::vector<bench::Row> rows = bench::run(config);
    if (common.json) {
        Json list = Json::array();
        for (const bench::Row& row : rows) list.push_back(describe(row));
        print_json(list);
    } else {
        print_table(rows);
    }
    for (const bench::Row& row : rows) {
        if (!row.valid)
            throw std::runtime_error(row.name + ": the hash differs from the scalar run's");
    }
}

}  // namespace

Verb bench_verb() {
    return {"bench", "measure the throughput of every kernel beside its ceiling",
            call<BenchTexts, options, run>};
}

}  // namespace lockstep
