
#include "tools/command_line/options.hpp"

#include <limits>

#include <lockstep/agent.hpp>

#include "engine/environments/config.hpp"

namespace lockstep {

Options CommonTexts::options() {
    return {{"-h,--help", {}, "Print this help message and exit"},
            {"--json", json, "print one JSON document and nothing else"},
            {"--seed", seed, "seed of all random numbers (0)"},
            {"--threads", threads, "threads; 0: one a core (0)"}};
}

Common CommonTexts::check(Faults& faults) const {
    constexpr std::uint64_t max_threads = 1024;
    Common common{.json = json, .seed = {}, .threads = 0};
    if (seed) {
        common.seed = faults.whole("--seed", *seed, 0, std::numeric_limits<std::uint64_t>::max());
    }
    common.threads = static_cast<int>(faults.whole("--threads", threads, 0, max_threads));
    return common;
}

Precision check_precision(std::string_view text, Faults& faults) {
    return faults.choice("--precision", text, precision_names) == 0 ? Precision::f32
                                                                    : Precision::f64;
}

Options EnvironmentTexts::options(bool id_required) {
    return {
        {"ENV", id, "environment, as `list envs` names it", Values::environment, id_required},
        {"--precision", precision, "f32 (fastest) or f64 (agrees with Gymnasium)", precision_names},
        {"--set", settings, "name=value, as `list` names and explains it", Values::setting}};
}

Precision EnvironmentTexts::check_precision(Faults& faults) const {
    return lockstep::check_precision(precision.value_or("f32"), faults);
}

bool check_settings(const std::string& env, const EnvSettings& settings, Faults& faults) {
    return faults.attempt([&] { return resolve(settings, find_environment(env), 1); }).has_value();
}

}  // namespace lockstep
