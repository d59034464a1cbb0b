// The memory of one task's sixteen learners.
//
// Must not:  know what is learned.
// Invariant: a lane's table and record begin at table_at and log_at, and overlap no other lane's.
#pragma once

#include <memory>

#include <lockstep/detail/tabular/task.hpp>

namespace lockstep {

// Sixteen tables and episode records, for the lanes of one task.
template <class Real>
class LaneTables {
public:
    // If `path` is not 0, that many steps of an episode are kept.
    LaneTables(std::int64_t elements, bool counts, std::int64_t episodes, std::int32_t path)
        : stride_(stride(elements)),
          episodes_(episodes),
          tables_(room<Real>(stride_)),
          counts_(counts ? room<Real>(stride_) : nullptr),
          returns_(room<Real>(episodes)),
          lengths_(room<std::int32_t>(episodes)),
          rewards_(room<Real>(episodes)),
          last_(room<std::int32_t>(episodes)),
          path_length_(path),
          path_elements_(room<std::int32_t>(path)),
          path_rewards_(room<Real>(path)) {}

    // The bytes that one takes.
    static std::uint64_t bytes(std::int64_t elements, bool counts, std::int64_t episodes,
                               std::int32_t path) {
        constexpr std::uint64_t record = 2 * sizeof(Real) + 8, step = sizeof(Real) + 4;
        return std::uint64_t{counts ? 2U : 1U} * lane_count *
                   static_cast<std::uint64_t>(stride(elements)) * sizeof(Real) +
               lane_count * (static_cast<std::uint64_t>(episodes) * record +
                             static_cast<std::uint64_t>(path) * step);
    }

    // Points the task at this memory.
    void attach(TabularTask<Real>& task) {
        task.table = tables_.get();
        task.count = counts_.get();
        task.log = {returns_.get(), lengths_.get(), rewards_.get(), last_.get()};
        if (path_length_ > 0) task.path = {path_elements_.get(), path_rewards_.get(), path_length_};
    }
    std::int64_t table_at(int lane) const { return lane * stride_; }
    std::int64_t log_at(int lane) const { return lane * episodes_; }

private:
    // Tables begin a few cache lines away from multiples of a power of two, so that sixteen of them
    // do not compete for one cache set.
    static std::int64_t stride(std::int64_t elements) { return (elements + 31) / 16 * 16; }

    // Not cleared: tables are filled when a learner begins, and pages that no episode reaches are
    // never touched; clearing them would cost a short task more than its learning does.
    template <class T>
    static std::unique_ptr<T[]> room(std::int64_t each) {
        return std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(lane_count * each));
    }

    std::int64_t stride_, episodes_;
    std::unique_ptr<Real[]> tables_, counts_;
    std::unique_ptr<Real[]> returns_;
    std::unique_ptr<std::int32_t[]> lengths_;
    std::unique_ptr<Real[]> rewards_;
    std::unique_ptr<std::int32_t[]> last_;
    std::int32_t path_length_;
    std::unique_ptr<std::int32_t[]> path_elements_;
    std::unique_ptr<Real[]> path_rewards_;
};

}  // namespace lockstep
