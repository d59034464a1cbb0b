// Worlds from many vectors, packed into few: so that those that need the same work do it together.
//
// Must not:  know what the work is.
// Invariant: a world takes its columns along, and gets them back: which lane it works in has no
//            effect.
#pragma once

#include <lockstep/detail/lane/lane.hpp>

namespace lockstep::rigid_body {

// A record that consists of 32-bit vectors alone, as rows of sixteen.
template <class Record>
inline constexpr int rows_of = static_cast<int>(sizeof(Record) / (sizeof(float) * lane_count));

template <class Record>
void zero(Record& record) noexcept {
    __builtin_memset(static_cast<void*>(&record), 0, sizeof record);
}

// Between a record of one vector and the first rows of one with `lanes` lanes: the lanes of `here`
// go to lane `at` and those that follow, and back.
template <class Isa, int rows, int lanes>
LOCKSTEP_INLINE void pack_lanes(const Mask<Isa>& here, const void* record, void* packed,
                                int at) noexcept {
    const auto* from = static_cast<const float*>(record);
    auto* to = static_cast<float*>(packed) + at;
    for (int r = 0; r < rows; ++r, from += lane_count, to += lanes)
        pack(here, Vec<Isa, float>::load(from), to);
}
template <class Isa, int rows, int lanes>
LOCKSTEP_INLINE void unpack_lanes(const Mask<Isa>& here, const void* packed, int at,
                                  void* record) noexcept {
    const auto* from = static_cast<const float*>(packed) + at;
    auto* to = static_cast<float*>(record);
    for (int r = 0; r < rows; ++r, from += lanes, to += lane_count)
        expand(here, from, Vec<Isa, float>::load(to)).store(to);
}
// The first sixteen lanes of records whose rows lie `from_lanes` and `to_lanes` apart.
template <int rows>
void copy_lanes(const void* record, int from_lanes, void* copy, int to_lanes) noexcept {
    const auto* from = static_cast<const float*>(record);
    auto* to = static_cast<float*>(copy);
    for (int r = 0; r < rows; ++r, from += from_lanes, to += to_lanes)
        __builtin_memcpy(to, from, lane_count * sizeof(float));
}
// Lanes from `at` on become zero.
template <int rows, int lanes>
void clear_lanes(void* packed, int at) noexcept {
    auto* row = static_cast<float*>(packed);
    for (int r = 0; r < rows; ++r, row += lanes) {
        for (int i = at; i < lanes; ++i) row[i] = 0;
    }
}

}  // namespace lockstep::rigid_body
