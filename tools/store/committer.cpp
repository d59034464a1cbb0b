
#include "tools/store/committer.hpp"

#include <iterator>
#include <utility>

namespace lockstep::sweep {
namespace {

constexpr std::size_t max_waiting_bytes = std::size_t{16} << 20;

std::size_t size_of(const TrialRow& row) {
    return sizeof row + (row.values.size() + row.scores.size()) * sizeof(double) +
           row.message.size() + row.state_bytes.size();
}

}  // namespace

Committer::Committer(Store& store, std::function<void(const StoreProgress&)> durable)
    : store_(store), durable_(std::move(durable)), thread_([this] { commit_groups(); }) {}

Committer::~Committer() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    work_came_.notify_one();
    thread_.join();
}

void Committer::commit_groups() {
    std::unique_lock lock(mutex_);
    while (!error_) {
        work_came_.wait(lock, [&] { return !waiting_.empty || closing_; });
        if (waiting_.empty) return;
        Group group = std::exchange(waiting_, Group{});
        busy_ = true;
        lock.unlock();
        std::exception_ptr error;
        try {
            commit(std::move(group));
        } catch (...) {
            error = std::current_exception();
        }
        lock.lock();
        busy_ = false;
        error_ = error;
        work_went_.notify_all();
    }
}

void Committer::commit(Group&& group) {
    store_.append(std::move(group.rows));
    for (const SpentStates& states : group.spent) store_.forget(states);
    store_.add_cost(group.cost);
    store_.sync();
    if (durable_) durable_(store_.progress());
}

void Committer::wait_until_idle(std::unique_lock<std::mutex>& lock) {
    work_went_.wait(lock, [&] { return error_ || (waiting_.empty && !busy_); });
    if (error_) std::rethrow_exception(error_);
}

template <class Put>
void Committer::add(const Put& put) {
    {
        std::unique_lock lock(mutex_);
        work_went_.wait(lock, [&] { return error_ || waiting_.bytes < max_waiting_bytes; });
        if (error_) std::rethrow_exception(error_);
        put(waiting_);
        waiting_.empty = false;
    }
    work_came_.notify_one();
}

void Committer::append(std::vector<TrialRow>&& rows) {
    if (rows.empty()) return;
    add([&](Group& group) {
        for (const TrialRow& row : rows) group.bytes += size_of(row);
        if (group.rows.empty()) {
            group.rows = std::move(rows);
        } else {
            group.rows.insert(group.rows.end(), std::move_iterator(rows.begin()),
                              std::move_iterator(rows.end()));
        }
    });
}

void Committer::add_cost(const CostTotals& cost) {
    add([&](Group& group) { group.cost += cost; });
}

void Committer::forget(const SpentStates& states) {
    add([&](Group& group) { group.spent.push_back(states); });
}

template <class Use>
void Committer::when_idle(const Use& use) {
    std::unique_lock lock(mutex_);
    wait_until_idle(lock);
    use();
}

void Committer::sync() {
    when_idle([] {});
}

void Committer::load(const std::function<void(TrialRow&&)>& each) {
    when_idle([&] { store_.load(each); });
}

void Committer::load_set_aside(const std::function<void(TrialRow&&)>& each) {
    when_idle([&] { store_.load_set_aside(each); });
}

void Committer::set_aside(std::span<const RowKey> aside, std::span<const RowKey> back) {
    when_idle([&] {
        store_.set_aside(aside, back);
        store_.sync();
    });
}

}  // namespace lockstep::sweep
