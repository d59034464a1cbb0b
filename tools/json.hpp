// The JSON type of everything that the command prints, saves and reads.
//
// Invariant: keys keep the order in which they were put in, on paper and on disk.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace lockstep {

using Json = nlohmann::ordered_json;

// A parameter that takes whole numbers only reads as one.
inline Json number_json(double value, bool whole) {
    return whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

}  // namespace lockstep
