// Bytes of a learner's state, joined and taken apart.
//
// Invariant: a part may be empty and have no address; memcpy is not called then, since it takes no
//            null pointer even for zero bytes.
#pragma once

#include <cstring>
#include <initializer_list>
#include <span>
#include <type_traits>
#include <vector>

#include <lockstep/agent.hpp>

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

// `bytes`, read as elements of type T.
template <class T>
std::vector<T> elements_of(std::span<const std::byte> bytes) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::vector<T> elements(bytes.size() / sizeof(T));
    if (!elements.empty()) std::memcpy(elements.data(), bytes.data(), elements.size() * sizeof(T));
    return elements;
}

}  // namespace lockstep
