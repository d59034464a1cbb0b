// Rows kept in memory, for a study that ends with its program.
//
// Must not:  be shared by threads.
// Invariant: load() gives what append() took, except what set_aside() removed, in order of (trial,
//            role, stage).
#pragma once

#include <map>
#include <utility>
#include <vector>

#include <lockstep/sweep/trial.hpp>

namespace lockstep::sweep {

class MemoryLog final : public TrialLog {
public:
    void load(const std::function<void(TrialRow&&)>& each) override {
        for (const auto& [key, row] : rows_) each(TrialRow(row));
    }
    void append(std::vector<TrialRow>&& rows) override {
        for (TrialRow& row : rows) rows_.emplace(key_of(row), std::move(row));
    }
    void load_set_aside(const std::function<void(TrialRow&&)>& each) override {
        for (const auto& [key, row] : aside_) each(TrialRow(row));
    }
    void set_aside(std::span<const RowKey> aside, std::span<const RowKey> back) override {
        for (const RowKey& key : aside) aside_.insert(rows_.extract(key));
        for (const RowKey& key : back) rows_.insert(aside_.extract(key));
    }
    void sync() override {}

private:
    std::map<RowKey, TrialRow> rows_, aside_;
};

}  // namespace lockstep::sweep
