// Sixteen worlds in lanes, with the memory of their states.
//
// Must not:  know who plays in them.
// Invariant: copies share nothing.
#pragma once

#include <algorithm>
#include <cstddef>

#include <lockstep/detail/block/lane_worlds.hpp>

#include "engine/memory/memory.hpp"

namespace lockstep {

template <class Real>
class OwnedLaneWorlds {
public:
    // For an environment whose state has this many columns.
    explicit OwnedLaneWorlds(int columns)
        : memory_(static_cast<std::size_t>(columns) * lane_count * sizeof(Real)) {
        worlds_.columns = columns;
        worlds_.state = reinterpret_cast<Real*>(memory_.bytes().data());
    }
    OwnedLaneWorlds(const OwnedLaneWorlds& other) : OwnedLaneWorlds(other.worlds_.columns) {
        *this = other;
    }
    // Both must have the same number of columns.
    OwnedLaneWorlds& operator=(const OwnedLaneWorlds& other) {
        Real* const state = worlds_.state;
        worlds_ = other.worlds_;
        worlds_.state = state;
        std::ranges::copy(other.memory_.bytes(), memory_.bytes().begin());
        return *this;
    }
    OwnedLaneWorlds(OwnedLaneWorlds&&) noexcept = default;

    LaneWorlds<Real>& operator*() { return worlds_; }
    const LaneWorlds<Real>& operator*() const { return worlds_; }
    LaneWorlds<Real>* operator->() { return &worlds_; }
    const LaneWorlds<Real>* operator->() const { return &worlds_; }

    // The bytes that one takes.
    static std::size_t bytes(int columns) {
        return sizeof(OwnedLaneWorlds) +
               static_cast<std::size_t>(columns) * lane_count * sizeof(Real);
    }

private:
    LaneWorlds<Real> worlds_{};
    Arena memory_;
};

}  // namespace lockstep
