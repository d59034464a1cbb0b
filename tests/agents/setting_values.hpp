// An agent's settings by name.
#pragma once

#include <string_view>

#include <lockstep/agent.hpp>

#include "tests/support/catch.hpp"

namespace lockstep::test {

inline bool has_setting(const Agent& agent, std::string_view name) {
    return find_setting(agent.settings, name) != nullptr;
}

inline SettingValue setting(const TrainConfig& config, const Agent& agent, std::string_view name) {
    const std::vector<Setting> values = agent.values(config);
    const Setting* found = find_setting(values, name);
    REQUIRE(found != nullptr);
    return found->value;
}

// A DQN that learns within a moment, with two networks that are set equal now and then.
inline const SettingValues small_double_dqn{{"episodes", 25},
                                            {"learning_starts", 5},
                                            {"target_update_interval", 4},
                                            {"target", "hard"},
                                            {"double", true}};

}  // namespace lockstep::test
