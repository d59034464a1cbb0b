// Numbers, and arrays of them, as the bytes that a store keeps.
//
// Must not:  know what the bytes stand for.
// Invariant: a reader returns what a writer put in, bit for bit, and never reads past the end.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace lockstep::sweep {

// A store can be carried between machines as it is, so all must have the same byte order.
static_assert(std::endian::native == std::endian::little);

template <class T>
concept Plain = std::is_arithmetic_v<T> || std::is_same_v<T, std::byte>;

class ByteWriter {
public:
    template <Plain T>
    void put(T value) {
        add(&value, sizeof value);
    }
    // The number of elements, then the elements.
    template <Plain T>
    void put_all(std::span<const T> values) {
        put(std::uint64_t{values.size()});
        add(values.data(), values.size_bytes());
    }

    void clear() { bytes_.clear(); }
    std::span<const std::byte> bytes() const { return bytes_; }

private:
    void add(const void* from, std::size_t count) {
        const auto* first = static_cast<const std::byte*>(from);
        bytes_.insert(bytes_.end(), first, first + count);
    }

    std::vector<std::byte> bytes_;
};

class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

    // Returns zero once bytes are missing.
    template <Plain T>
    T get() {
        T value{};
        take(&value, sizeof value);
        return value;
    }
    template <class Container>
    void get_all(Container& values) {
        const auto count = get<std::uint64_t>();
        whole_ = whole_ && count <= rest_.size() / sizeof(values[0]);
        if (!whole_) return;
        values.resize(count);
        take(values.data(), count * sizeof(values[0]));
    }

    // Whether no byte was missing, and none is left over.
    bool finished() const { return whole_ && rest_.empty(); }

private:
    void take(void* to, std::size_t count) {
        whole_ = whole_ && count <= rest_.size();
        if (!whole_ || count == 0) return;
        std::memcpy(to, rest_.data(), count);
        rest_ = rest_.subspan(count);
    }

    std::span<const std::byte> rest_;
    bool whole_ = true;
};

}  // namespace lockstep::sweep
