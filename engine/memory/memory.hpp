// Aligned memory for columns.
//
// Must not:  know what columns hold.
// Invariant: a column begins on a cache line; large columns are placed so that the same element of
//            different columns falls into different cache sets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace lockstep {

// Bytes that a column of `bytes` takes. A page or more takes three cache lines more than a multiple
// of a page: otherwise two dozen columns walked in step would share the ways of one cache set.
std::size_t column_bytes(std::size_t bytes);

// Bytes that a program can still allocate without swapping.
std::uint64_t available_memory();

// Throws ConfigError if less than `bytes` are available: "WHO need 5 MiB of memory; 4 MiB are
// available", followed by `advice`.
void require_memory(std::uint64_t bytes, const std::string& who, const std::string& advice = "");

// Zeroed memory that begins on a cache line.
class Arena {
public:
    explicit Arena(std::size_t bytes);
    std::span<std::byte> bytes() { return {data_.get(), size_}; }
    std::span<const std::byte> bytes() const { return {data_.get(), size_}; }

private:
    struct Free {
        void operator()(std::byte* data) const;
    };
    std::unique_ptr<std::byte, Free> data_;
    std::size_t size_;
};

// Hands out columns of an arena in order; over null memory it only adds up their sizes.
class ColumnPlan {
public:
    explicit ColumnPlan(std::byte* base) : base_(base) {}

    template <class T>
    T* column(std::size_t elements) {
        return static_cast<T*>(take(column_bytes(elements * sizeof(T))));
    }
    // `count` columns of `stride` elements each, one after the other.
    template <class T>
    T* columns(std::size_t count, std::size_t stride) {
        return static_cast<T*>(take(count * stride * sizeof(T)));
    }
    std::size_t size() const { return size_; }

private:
    void* take(std::size_t bytes);

    std::byte* base_;
    std::size_t size_ = 0;
};

}  // namespace lockstep
