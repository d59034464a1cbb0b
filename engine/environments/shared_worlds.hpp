// Worlds without columns: the parameters that kernels need when they keep states in registers.
//
// Must not:  hold the state of any world.
// Invariant: every lane sees the same parameters.
#pragma once

#include <algorithm>
#include <vector>

#include <lockstep/detail/block/worlds.hpp>

#include "engine/environments/config.hpp"

namespace lockstep {

template <class Real>
class SharedWorlds {
public:
    // Throws ConfigError as resolve does.
    SharedWorlds(const EnvSettings& settings, const EnvironmentEntry& entry) {
        settings_ = resolve(settings, entry, 1);
        const WorldSettings& resolved = settings_;
        for (const auto& values : resolved.parameters) {
            parameters_.insert(parameters_.end(), lane_count, static_cast<Real>(values[0]));
        }
        view_.choices = resolved.choices.data();
        view_.time_limit = resolved.time_limit;
        view_.model = resolved.model ? &resolved.model->view() : nullptr;
        view_.parameter = parameters_.data();
    }
    SharedWorlds(const SharedWorlds&) = delete;
    SharedWorlds& operator=(const SharedWorlds&) = delete;

    const Worlds<Real>& view() const { return view_; }
    const WorldSettings& settings() const { return settings_; }

private:
    WorldSettings settings_;
    std::vector<Real> parameters_;
    Worlds<Real> view_{};
};

}  // namespace lockstep
