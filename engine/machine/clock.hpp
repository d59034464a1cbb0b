// Time that passes.
//
// Must not:  be used where results depend on it.
// Invariant: it never goes back, whatever is done to the calendar.
#pragma once

#include <chrono>

namespace lockstep {

inline double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace lockstep
