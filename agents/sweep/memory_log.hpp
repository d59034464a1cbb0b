// Rows kept in memory: for a study that is over when its program is.
//
// Must not:  be shared by threads.
// Invariant: load() gives what append() took, in order of (trial, role, stage).
#pragma once

#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include <lockstep/agents/sweep/trial.hpp>

namespace lockstep::sweep {

class MemoryLog final : public TrialLog {
public:
    void load(const std::function<void(TrialRow&&)>& each) override {
        for (const auto& [key, row] : rows_) each(TrialRow(row));
    }
    void append(std::vector<TrialRow>&& rows) override {
        for (TrialRow& row : rows)
            rows_.emplace(std::tuple(row.trial, row.role, row.stage), std::move(row));
    }
    void sync() override {}

private:
    std::map<std::tuple<std::int64_t, Role, std::int32_t>, TrialRow> rows_;
};

}  // namespace lockstep::sweep
