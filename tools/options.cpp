#include <lockstep/tools/options.hpp>

#include <limits>

namespace lockstep {

void CommonTexts::add_to(CLI::App& app) {
    app.add_flag("--json", json, "print one JSON document and nothing else");
    app.add_option("--seed", seed, "whole number that all random numbers follow from (0)");
    app.add_option("--threads", threads, "threads; 0: one a core (0)");
}

Common CommonTexts::check(Faults& faults) const {
    constexpr std::uint64_t most_threads = 1024;
    Common common{.json = json, .seed = {}, .threads = 0};
    if (seed) {
        common.seed = faults.whole("--seed", *seed, 0, std::numeric_limits<std::uint64_t>::max());
    }
    common.threads = static_cast<int>(faults.whole("--threads", threads, 0, most_threads));
    return common;
}

void EnvironmentTexts::add_to(CLI::App& app, bool required) {
    app.add_option("ENV", id, "environment, as `list envs` names it")->required(required);
    app.add_option("--precision", precision, "f32 (fastest) or f64 (agrees with Gymnasium)");
    app.add_option("--set", settings, "name=value, as `list` names and explains it");
}

Precision EnvironmentTexts::check_precision(Faults& faults) const {
    constexpr std::string_view names[] = {"f32", "f64"};
    return faults.choice("--precision", precision.value_or("f32"), names) == 0 ? Precision::f32
                                                                               : Precision::f64;
}

bool check_settings(const std::string& env, const Settings& settings, Faults& faults) {
    return faults.attempt([&] { return resolve(settings, find_environment(env), 1); }).has_value();
}

}  // namespace lockstep
