// Bytes of a learner's state, joined.
#pragma once

#include <cstring>
#include <initializer_list>
#include <span>

#include <lockstep/agents/agent.hpp>

namespace lockstep {

inline LearnerState joined(std::initializer_list<std::span<const std::byte>> parts) {
    std::size_t size = 0;
    for (const auto part : parts) size += part.size();
    LearnerState all(size);
    std::byte* to = all.data();
    for (const auto part : parts) {
        if (!part.empty()) std::memcpy(to, part.data(), part.size());
        to += part.size();
    }
    return all;
}

}  // namespace lockstep
