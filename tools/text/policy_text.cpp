
#include "tools/text/policy_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>

#include <lockstep/error.hpp>

#include "engine/vector_env/action_buffer.hpp"

namespace lockstep {
namespace {

double parse_weight(std::string_view policy, std::string_view text) {
    double weight = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, weight);
    if (error == std::errc() && end == last && std::isfinite(weight)) return weight;
    throw ConfigError(fmt::format("policy '{}': weight '{}' is not a finite number", policy, text));
}

}  // namespace

PolicySpec parse_policy(std::string_view text) {
    const std::size_t colon = text.find(':');
    PolicySpec policy{.name = std::string(text.substr(0, colon))};
    for (std::size_t at = colon; at != std::string_view::npos;) {
        const std::size_t comma = text.find(',', at + 1);
        policy.weights.push_back(parse_weight(text, text.substr(at + 1, comma - at - 1)));
        at = comma;
    }
    return policy;
}

std::string policy_text(const PolicySpec& policy) {
    if (policy.weights.empty()) return policy.name;
    return fmt::format("{}:{}", policy.name, fmt::join(policy.weights, ","));
}

void check_policy(const PolicySpec& policy, const std::string& env) {
    const VectorEnv<float> world({.id = env, .isa = Isa::scalar});
    ActionBuffer<float>(world).act(world, policy);
}

}  // namespace lockstep
