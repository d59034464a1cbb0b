
#include "agents/sweep/evaluation/known_rows.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <stdexcept>
#include <tuple>

namespace lockstep::sweep {
bool ResumeIndex::before(const Row& a, const Row& b) {
    return std::tie(a.trial, a.role, a.stage) < std::tie(b.trial, b.role, b.stage);
}

void ResumeIndex::add(TrialRow&& row, bool aside) {
    const Row known{row.trial,
                    row.stage,
                    row.role,
                    row.state,
                    static_cast<std::uint32_t>(row.scores.size()),
                    scores_.size(),
                    row.steps,
                    hash_of_values(row.values),
                    aside};
    aside_ += aside ? 1 : 0;
    scores_.insert(scores_.end(), row.scores.begin(), row.scores.end());
    if (!row.state_bytes.empty())
        states_[{row.trial, row.role, row.stage}] = unpacked(row.state_bytes);
    if (rows_.empty() || before(rows_.back(), known)) {
        rows_.push_back(known);
    } else {
        rows_.insert(std::ranges::upper_bound(rows_, known, before), known);
    }
}

std::optional<Outcome> ResumeIndex::find(const Job& job, std::int32_t stage) {
    const Row wanted{job.trial, stage, job.role, TrialState::complete, 0, 0, 0, 0, false};
    const auto at = std::ranges::lower_bound(rows_, wanted, before);
    if (at == rows_.end() || before(wanted, *at)) return std::nullopt;
    if (at->hash != hash_of_values(job.values)) {
        throw std::runtime_error("trial " + std::to_string(job.trial) +
                                 " of the store has other values than this program proposes: "
                                 "another version made it");
    }
    at->used = true;
    Outcome outcome{at->state, {}, at->steps, {}, {}};
    const auto first = scores_.begin() + static_cast<std::ptrdiff_t>(at->first);
    outcome.scores.assign(first, first + at->scores);
    if (const auto states = states_.find({job.trial, job.role, stage}); states != states_.end())
        outcome.states = states->second;
    return outcome;
}

template <class Wanted>
std::vector<RowKey> ResumeIndex::keys(const Wanted& wanted) const {
    std::vector<RowKey> keys;
    for (const Row& row : rows_)
        if (wanted(row))
            keys.push_back({row.trial, static_cast<std::int64_t>(row.role), row.stage});
    return keys;
}

std::vector<RowKey> ResumeIndex::unused(bool tuning) const {
    return keys([&](const Row& row) {
        return !row.used && !row.aside && (tuning || row.role != Role::tuning);
    });
}

std::vector<RowKey> ResumeIndex::found_aside() const {
    return keys([](const Row& row) { return row.used && row.aside; });
}

std::vector<std::byte> packed(const std::vector<LearnerState>& states) {
    std::vector<std::byte> bytes;
    for (const LearnerState& state : states) {
        const std::uint64_t size = state.size();
        const auto* size_bytes = reinterpret_cast<const std::byte*>(&size);
        bytes.insert(bytes.end(), size_bytes, size_bytes + sizeof size);
        bytes.insert(bytes.end(), state.begin(), state.end());
    }
    return bytes;
}

std::vector<LearnerState> unpacked(const std::vector<std::byte>& bytes) {
    std::vector<LearnerState> states;
    for (std::size_t at = 0; at < bytes.size();) {
        std::uint64_t size = 0;
        assert(at + sizeof size <= bytes.size());
        std::memcpy(&size, &bytes[at], sizeof size);
        at += sizeof size;
        assert(size <= bytes.size() - at);
        const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        states.emplace_back(first, first + static_cast<std::ptrdiff_t>(size));
        at += size;
    }
    return states;
}

}  // namespace lockstep::sweep
