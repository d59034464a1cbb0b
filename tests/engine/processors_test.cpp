// The default number of threads: affinity, and a container's quota as the system's files state it.

#include <sched.h>

#include <map>

#include "engine/machine/parallel.hpp"
#include "engine/machine/processors.hpp"
#include "tests/support/catch.hpp"

namespace lockstep {
namespace {

using Files = std::map<std::string, std::string>;

int processors(int allowed, const Files& files) {
    return available_processors(allowed, [&](const std::string& path) {
        const auto found = files.find(path);
        return found == files.end() ? std::string() : found->second;
    });
}

// As written by `docker run --cpus` and systemd's CPUQuota=.
TEST_CASE("a quota of control groups, version 2", "[processors]") {
    const auto quota = [](const std::string& max) {
        return processors(64, {{"/proc/self/cgroup", "0::/\n"}, {"/sys/fs/cgroup/cpu.max", max}});
    };
    CHECK(quota("max 100000\n") == 64);
    CHECK(quota("400000 100000\n") == 4);
    CHECK(quota("150000 100000\n") == 2);  // rounded up
    CHECK(quota("50000 100000\n") == 1);
    CHECK(quota("1000 100000\n") == 1);
    CHECK(quota("200000 50000\n") == 4);
    CHECK(quota("9900000 100000\n") == 64);  // more than the machine has
    // What no kernel writes sets no limit.
    for (const char* odd : {"", "\n", "max\n", "0 100000\n", "100000\n", "100000 0\n",
                            "-1 100000\n", "x y\n", "100000 x\n"})
        CHECK(quota(odd) == 64);
}

TEST_CASE("the least quota of a group and those above it", "[processors]") {
    Files files{{"/proc/self/cgroup", "0::/user.slice/a.slice/b.scope\n"},
                {"/sys/fs/cgroup/user.slice/a.slice/b.scope/cpu.max", "800000 100000\n"},
                {"/sys/fs/cgroup/user.slice/a.slice/cpu.max", "max 100000\n"},
                {"/sys/fs/cgroup/user.slice/cpu.max", "600000 100000\n"},
                {"/sys/fs/cgroup/cpu.max", "max 100000\n"}};
    CHECK(processors(64, files) == 6);
    CHECK(processors(5, files) == 5);
    files["/sys/fs/cgroup/user.slice/a.slice/b.scope/cpu.max"] = "300000 100000\n";
    CHECK(processors(64, files) == 3);
    files["/sys/fs/cgroup/cpu.max"] = "100000 100000\n";
    CHECK(processors(64, files) == 1);
    // A sibling's quota does not count.
    files = {{"/proc/self/cgroup", "0::/a\n"}, {"/sys/fs/cgroup/b/cpu.max", "100000 100000\n"}};
    CHECK(processors(64, files) == 64);
}

TEST_CASE("a quota of control groups, version 1", "[processors]") {
    const std::string groups =
        "12:memory:/docker/1a\n4:cpu,cpuacct:/docker/1a\n3:cpuset:/docker/1a\n0::/system.slice\n";
    const auto quota = [&](const std::string& folder, const std::string& microseconds) {
        return processors(16, {{"/proc/self/cgroup", groups},
                               {folder + "/cpu.cfs_quota_us", microseconds},
                               {folder + "/cpu.cfs_period_us", "100000\n"}});
    };
    CHECK(quota("/sys/fs/cgroup/cpu,cpuacct/docker/1a", "250000\n") == 3);
    CHECK(quota("/sys/fs/cgroup/cpu/docker/1a", "250000\n") == 3);
    CHECK(quota("/sys/fs/cgroup/cpu/docker", "100000\n") == 1);
    CHECK(quota("/sys/fs/cgroup/cpu", "200000\n") == 2);  // as a container sees its own
    CHECK(quota("/sys/fs/cgroup/cpu", "-1\n") == 16);
    CHECK(quota("/sys/fs/cgroup/memory/docker/1a", "100000\n") == 16);
    CHECK(quota("/sys/fs/cgroup/cpuacct/docker/1a", "100000\n") == 16);
}

TEST_CASE("whatever the files say, there is a processor", "[processors]") {
    CHECK(processors(8, {}) == 8);
    CHECK(processors(0, {}) == 1);
    for (const char* odd :
         {"", "\n\n", "::::\n", "0:", "no colon", "0::/..\n", "0::/a/../..\n", "::"})
        CHECK(processors(3, {{"/proc/self/cgroup", odd}}) == 3);
    CHECK(available_processors() >= 1);
}

TEST_CASE("threads by default respect affinity", "[processors]") {
    cpu_set_t before, one;
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    int first = 0;
    while (!CPU_ISSET(first, &before)) ++first;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    CHECK(available_processors() == 1);
    CHECK(Workers(0).count() == 1);
    CHECK(Workers(3).count() == 3);  // as requested
    REQUIRE(sched_setaffinity(0, sizeof before, &before) == 0);
    CHECK(Workers(0).count() == available_processors());
    CHECK(available_processors() <= CPU_COUNT(&before));
}

}  // namespace
}  // namespace lockstep
