// Everything that sixteen learners keep from one step to the next, row by row, so that a single
// learner can be saved and restored.
//
// Must not:  know what the rows mean.
// Invariant: a learner that is saved and loaded continues with the same bits, in any lane.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <lockstep/detail/lane/lane.hpp>

#include "engine/memory/memory.hpp"

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
    // The same for rows that belong to someone else. The saved form is padded with zeros up to
    // `min_rows` rows.
    template <class T>
    void adopt(T* first, std::int64_t rows, std::int64_t min_rows = 0) {
        const auto missing = static_cast<std::size_t>(std::max<std::int64_t>(min_rows - rows, 0));
        groups_.push_back(
            {reinterpret_cast<std::byte*>(first), rows, sizeof(T), missing * sizeof(T)});
    }

    std::size_t bytes_a_learner() const {
        std::size_t bytes = 0;
        for (const Group& g : groups_)
            bytes += static_cast<std::size_t>(g.rows) * g.width + g.padding;
        return bytes;
    }
    void clear(int lane) {
        for (const Group& g : groups_)
            g.each(lane, [&](std::byte* element) { std::memset(element, 0, g.width); });
    }
    std::vector<std::byte> save(int lane) {
        std::vector<std::byte> saved;
        saved.reserve(bytes_a_learner());
        for (const Group& g : groups_) {
            g.each(lane, [&](const std::byte* element) {
                saved.insert(saved.end(), element, element + g.width);
            });
            saved.insert(saved.end(), g.padding, std::byte{0});
        }
        return saved;
    }
    // Saves all lanes at once, where they belong to one learner.
    std::vector<std::byte> save() const {
        std::vector<std::byte> saved;
        for (const Group& g : groups_) {
            saved.insert(saved.end(), g.first, g.first + g.bytes());
            saved.insert(saved.end(), g.padding * lane_count, std::byte{0});
        }
        return saved;
    }
    // `saved` has lane_count * bytes_a_learner() bytes.
    void load(std::span<const std::byte> saved) {
        for (const Group& g : groups_) {
            std::memcpy(g.first, saved.data(), g.bytes());
            saved = saved.subspan(g.bytes() + g.padding * lane_count);
        }
    }
    // `saved` has bytes_a_learner() bytes.
    void load(int lane, std::span<const std::byte> saved) {
        for (const Group& g : groups_) {
            g.each(lane, [&](std::byte* element) {
                std::memcpy(element, saved.data(), g.width);
                saved = saved.subspan(g.width);
            });
            saved = saved.subspan(g.padding);
        }
    }

private:
    struct Group {
        std::byte* first;
        std::int64_t rows;
        std::size_t width;    // bytes of an element
        std::size_t padding;  // bytes after each lane's, in the saved form
        std::size_t bytes() const { return static_cast<std::size_t>(rows) * lane_count * width; }
        void each(int lane, auto&& visit) const {
            for (std::int64_t row = 0; row < rows; ++row)
                visit(first + static_cast<std::size_t>(row * lane_count + lane) * width);
        }
    };

    std::vector<Group> groups_;
    std::vector<Arena> arenas_;
};

}  // namespace lockstep
