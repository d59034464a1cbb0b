// The faults of a study, each with the place that its key came from.
//
// Must not:  know what is checked.
// Invariant: if raise() returns, no fault was found.
#pragma once

#include <string>

#include <lockstep/error.hpp>
#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

class StudyFaults {
public:
    explicit StudyFaults(const Study& study) : study_(study) {}

    // `key` is as Study::where takes it.
    void add(const std::string& key, const std::string& fault) {
        faults_ += (faults_.empty() ? "" : "\n") + study_.where(key) + fault;
    }
    // Adds the ConfigError that check() throws, if any; returns whether it threw none.
    template <class Check>
    bool collect(const std::string& key, const Check& check) {
        try {
            check();
            return true;
        } catch (const ConfigError& error) {
            add(key, error.what());
            return false;
        }
    }
    // Throws ConfigError, one line per fault, if there are any.
    void raise() const {
        if (!faults_.empty()) throw ConfigError(faults_);
    }

private:
    const Study& study_;
    std::string faults_;
};

}  // namespace lockstep::sweep
