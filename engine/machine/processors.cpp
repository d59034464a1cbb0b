
#include "engine/machine/processors.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>
#include <thread>

namespace lockstep {
namespace {

using ReadFile = std::function<std::string(const std::string&)>;

// 0 if the text is not a number.
std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// 0: no limit.
std::int64_t processors(std::int64_t quota, std::int64_t period) {
    return quota > 0 && period > 0 ? (quota + period - 1) / period : 0;
}

std::int64_t quota_of_v2(const std::string& folder, const ReadFile& read) {
    const std::string text = read(folder + "/cpu.max");  // "150000 100000" or "max 100000"
    const std::size_t space = std::min(text.find(' '), text.size());
    return processors(number(text),
                      number(std::string_view(text).substr(std::min(space + 1, text.size()))));
}

std::int64_t quota_of_v1(const std::string& folder, const ReadFile& read) {
    return processors(number(read(folder + "/cpu.cfs_quota_us")),
                      number(read(folder + "/cpu.cfs_period_us")));
}

bool names_cpu(std::string_view controllers) {
    for (std::size_t comma = 0; comma != std::string_view::npos;) {
        comma = controllers.find(',');
        if (controllers.substr(0, comma) == "cpu") return true;
        controllers.remove_prefix(comma == std::string_view::npos ? 0 : comma + 1);
    }
    return false;
}

// The least quota from a group up to the root of its hierarchy; 0: no limit.
std::int64_t min_quota(const std::string& root, std::string group, const ReadFile& read,
                       std::int64_t (*quota_of)(const std::string&, const ReadFile&)) {
    std::int64_t least = 0;
    while (true) {
        while (group.ends_with('/')) group.pop_back();
        const std::int64_t quota = quota_of(root + group, read);
        if (quota > 0 && (least == 0 || quota < least)) least = quota;
        if (group.empty()) return least;
        const std::size_t last = group.rfind('/');
        group.erase(last == std::string::npos ? 0 : last);
    }
}

std::string contents(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

int allowed_processors() {
    // More than any machine has; the system rejects a set that is too small.
    constexpr int most = 1 << 16;
    struct Free {
        void operator()(cpu_set_t* set) const { CPU_FREE(set); }
    };
    const std::unique_ptr<cpu_set_t, Free> set(CPU_ALLOC(most));
    const std::size_t size = CPU_ALLOC_SIZE(most);
    if (set && sched_getaffinity(0, size, set.get()) == 0) return CPU_COUNT_S(size, set.get());
    return static_cast<int>(std::thread::hardware_concurrency());
}

}  // namespace

int available_processors() { return available_processors(allowed_processors(), contents); }

int available_processors(int allowed, const ReadFile& read) {
    std::int64_t count = std::max(1, allowed);
    const auto limit = [&](std::int64_t quota) {
        if (quota > 0) count = std::min(count, quota);
    };
    // Lines like "0::/user.slice/x.scope" (v2) and "4:cpu,cpuacct:/docker/1a2b" (v1).
    const std::string groups = read("/proc/self/cgroup");
    for (std::string_view left = groups; !left.empty();) {
        const std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(line.size() + 1, left.size()));
        const std::size_t first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string_view::npos) continue;
        const std::string_view controllers = line.substr(first + 1, second - first - 1);
        const std::string group(line.substr(second + 1));
        if (controllers.empty()) limit(min_quota("/sys/fs/cgroup", group, read, quota_of_v2));
        if (!names_cpu(controllers)) continue;
        for (const std::string& name : {std::string("cpu"), std::string(controllers)})
            limit(min_quota("/sys/fs/cgroup/" + name, group, read, quota_of_v1));
    }
    return static_cast<int>(count);
}

}  // namespace lockstep
