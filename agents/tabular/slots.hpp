// The memory of one task's sixteen learners.
//
// Must not:  know what is learnt.
// Invariant: a lane's table and record begin where table_at and log_at say, and overlap no other's.
#pragma once

#include <vector>

#include <lockstep/engine/memory.hpp>
#include <lockstep/kernels/learn/tabular_task.hpp>

namespace lockstep {

// Sixteen tables and episode records, for the lanes of one task.
template <class Real>
class Slots {
public:
    // `path` steps of an episode are kept where it is not 0.
    Slots(std::int64_t elements, bool counts, std::int64_t episodes, std::int32_t path)
        : stride_(stride(elements)),
          episodes_(episodes),
          tables_(table_bytes(elements)),
          counts_(counts ? table_bytes(elements) : 0),
          returns_(static_cast<std::size_t>(lane_count * episodes)),
          lengths_(returns_.size()),
          rewards_(returns_.size()),
          last_(returns_.size()),
          path_length_(path),
          path_elements_(static_cast<std::size_t>(lane_count) * static_cast<std::size_t>(path)),
          path_rewards_(path_elements_.size()) {}

    // What that takes.
    static std::uint64_t bytes(std::int64_t elements, bool counts, std::int64_t episodes,
                               std::int32_t path) {
        constexpr std::uint64_t record = 2 * sizeof(Real) + 8, step = sizeof(Real) + 4;
        return (counts ? 2U : 1U) * table_bytes(elements) +
               lane_count * (static_cast<std::uint64_t>(episodes) * record +
                             static_cast<std::uint64_t>(path) * step);
    }

    // Points the task at this memory.
    void attach(TabularTask<Real>& task) {
        task.table = reinterpret_cast<Real*>(tables_.bytes().data());
        task.count =
            counts_.bytes().empty() ? nullptr : reinterpret_cast<Real*>(counts_.bytes().data());
        task.log = {returns_.data(), lengths_.data(), rewards_.data(), last_.data()};
        if (path_length_ > 0)
            task.path = {path_elements_.data(), path_rewards_.data(), path_length_};
    }
    std::int64_t table_at(int lane) const { return lane * stride_; }
    std::int64_t log_at(int lane) const { return lane * episodes_; }

private:
    // Tables begin some cache lines apart from where a power of two would put them, so that sixteen
    // of them do not share the ways of one cache set.
    static std::int64_t stride(std::int64_t elements) { return (elements + 31) / 16 * 16; }
    static std::size_t table_bytes(std::int64_t elements) {
        return static_cast<std::size_t>(stride(elements) * lane_count) * sizeof(Real);
    }

    std::int64_t stride_, episodes_;
    Arena tables_, counts_;
    std::vector<Real> returns_;
    std::vector<std::int32_t> lengths_;
    std::vector<Real> rewards_;
    std::vector<std::int32_t> last_;
    std::int32_t path_length_;
    std::vector<std::int32_t> path_elements_;
    std::vector<Real> path_rewards_;
};

}  // namespace lockstep
