// How many threads the machine gives this process: those that its affinity allows, and no more than
// a container's quota of processor time pays for.
//
// Must not:  start threads.
// Invariant: at least 1.
#pragma once

#include <functional>
#include <string>

namespace lockstep {

int available_processors();

// The same of `allowed` processors and of what the files say that a path of /proc or /sys leads to;
// "" for one that is not there. Reads the quotas of the process's control group and of all above
// it (Linux, cgroup-v2.rst: cpu.max; cgroup-v1: cpu.cfs_quota_us), rounded up.
int available_processors(int allowed, const std::function<std::string(const std::string&)>& read);

}  // namespace lockstep
