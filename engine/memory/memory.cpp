
#include "engine/memory/memory.hpp"

#include <charconv>
#include <cstring>
#include <fstream>
#include <limits>
#include <new>
#include <string>
#include <string_view>

#include <lockstep/error.hpp>

namespace lockstep {
namespace {

constexpr std::size_t cache_line = 64, page = 4096;

std::size_t rounded_up(std::size_t bytes, std::size_t unit) {
    return (bytes + unit - 1) / unit * unit;
}

}  // namespace

std::size_t column_bytes(std::size_t bytes) {
    return bytes < page ? rounded_up(bytes, cache_line) : rounded_up(bytes, page) + 3 * cache_line;
}

std::uint64_t available_memory() {
    std::ifstream meminfo("/proc/meminfo");
    constexpr std::string_view wanted = "MemAvailable:";
    for (std::string line; std::getline(meminfo, line);) {
        const std::size_t digits = line.find_first_of("0123456789");
        if (!line.starts_with(wanted) || digits == line.npos) continue;
        std::uint64_t kibibytes = 0;
        std::from_chars(line.data() + digits, line.data() + line.size(), kibibytes);
        return kibibytes * 1024;
    }
    return std::numeric_limits<std::uint64_t>::max();
}

void require_memory(std::uint64_t bytes, const std::string& who, const std::string& advice) {
    const std::uint64_t available = available_memory();
    if (bytes <= available) return;
    throw ConfigError(who + " need " + std::to_string(bytes >> 20U) + " MiB of memory; " +
                      std::to_string(available >> 20U) + " MiB are available" + advice);
}

Arena::Arena(std::size_t bytes)
    : data_(static_cast<std::byte*>(::operator new(bytes, std::align_val_t(cache_line)))),
      size_(bytes) {
    std::memset(data_.get(), 0, bytes);
}

void Arena::Free::operator()(std::byte* data) const {
    ::operator delete(data, std::align_val_t(cache_line));
}

void* ColumnPlan::take(std::size_t bytes) {
    void* column = base_ == nullptr ? nullptr : base_ + size_;
    size_ += rounded_up(bytes, cache_line);
    return column;
}

}  // namespace lockstep
