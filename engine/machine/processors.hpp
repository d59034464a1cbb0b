// How many threads the machine gives this process: as many as its affinity allows, but no more than
// a container's CPU quota pays for.
//
// Must not:  start threads.
// Invariant: at least 1.
#pragma once

#include <functional>
#include <string>

namespace lockstep {

int available_processors();

// The same for `allowed` processors and a function that returns the content of a path in /proc or
// /sys, or "" if it does not exist. Reads the quotas of the process's control group and of all
// groups above it (Linux, cgroup-v2.rst: cpu.max; cgroup-v1: cpu.cfs_quota_us), rounded up.
int available_processors(int allowed, const std::function<std::string(const std::string&)>& read);

}  // namespace lockstep
