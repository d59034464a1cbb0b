// The command as a whole: its verbs in order, and its own options.
//
// Must not:  read a command line or print.
// Invariant: the destinations that the description points to live as long as the Command.
#pragma once

#include <memory>
#include <vector>

#include "tools/command_line/description.hpp"
#include "tools/command_line/verb.hpp"

namespace lockstep {

class Command {
public:
    Command();
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;

    const CommandDescription& description() const { return description_; }

    // Reads what was parsed into the destinations.
    bool version() const { return version_; }
    Common common(Faults& faults) const { return common_.check(faults); }
    // Runs one of the description's verbs; null runs the main job.
    void run(const VerbDescription* verb, const Common& common, Faults& faults) const;

private:
    CommonTexts common_;
    bool version_ = false;
    std::vector<std::unique_ptr<VerbCall>> calls_;  // one for each verb of the description
    CommandDescription description_;
};

}  // namespace lockstep
