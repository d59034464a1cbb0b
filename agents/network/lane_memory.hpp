// Everything that sixteen learners keep from one step to the next, row by row, so that one of them
// can be taken out and put back.
//
// Must not:  know what the rows mean.
// Invariant: a learner that is saved and loaded goes on with the same bits, in any lane.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <lockstep/engine/memory.hpp>
#include <lockstep/kernels/lane.hpp>

namespace lockstep {

class LaneMemory {
public:
    // `rows` zeroed rows of sixteen T, which belong to the learners.
    template <class T>
    T* rows(std::int64_t rows) {
        arenas_.emplace_back(static_cast<std::size_t>(rows) * lane_count * sizeof(T));
        T* first = reinterpret_cast<T*>(arenas_.back().bytes().data());
        adopt(first, rows);
        return first;
    }
    // The same with rows that somebody else owns.
    template <class T>
    void adopt(T* first, std::int64_t rows) {
        groups_.push_back({reinterpret_cast<std::byte*>(first), rows, sizeof(T)});
    }

    std::size_t bytes_a_learner() const {
        std::size_t bytes = 0;
        for (const Group& g : groups_) bytes += static_cast<std::size_t>(g.rows) * g.width;
        return bytes;
    }
    void clear(int lane) {
        each(lane, [](std::byte* element, std::size_t width) { std::memset(element, 0, width); });
    }
    std::vector<std::byte> save(int lane) {
        std::vector<std::byte> saved;
        saved.reserve(bytes_a_learner());
        each(lane, [&](const std::byte* element, std::size_t width) {
            saved.insert(saved.end(), element, element + width);
        });
        return saved;
    }
    // All lanes at once, where they belong to one learner.
    std::vector<std::byte> save() const {
        std::vector<std::byte> saved;
        for (const Group& g : groups_) saved.insert(saved.end(), g.first, g.first + g.bytes());
        return saved;
    }
    // `saved` has lane_count * bytes_a_learner() bytes.
    void load(std::span<const std::byte> saved) {
        for (const Group& g : groups_) {
            std::memcpy(g.first, saved.data(), g.bytes());
            saved = saved.subspan(g.bytes());
        }
    }
    // `saved` has bytes_a_learner() bytes.
    void load(int lane, std::span<const std::byte> saved) {
        each(lane, [&](std::byte* element, std::size_t width) {
            std::memcpy(element, saved.data(), width);
            saved = saved.subspan(width);
        });
    }

private:
    struct Group {
        std::byte* first;
        std::int64_t rows;
        std::size_t width;  // bytes of an element
        std::size_t bytes() const { return static_cast<std::size_t>(rows) * lane_count * width; }
    };
    void each(int lane, auto&& visit) {
        for (const Group& g : groups_) {
            for (std::int64_t row = 0; row < g.rows; ++row)
                visit(g.first + static_cast<std::size_t>(row * lane_count + lane) * g.width,
                      g.width);
        }
    }

    std::vector<Group> groups_;
    std::vector<Arena> arenas_;
};

}  // namespace lockstep
