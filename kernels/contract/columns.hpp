// The columns of a state or an observation, which its `columns()` ties together in order, and how a
// column lies in memory.
//
// Must not:  know what columns mean.
// Invariant: the number and types of columns follow from the record's type alone. Every column
//            takes as much memory as a column of reals and lies at its start, except observed bits,
//            which take one bit per world.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include <lockstep/detail/contract/column_type.hpp>
#include <lockstep/detail/lane/lane.hpp>

namespace lockstep {

template <class T>
concept HasColumns = requires(T& record) {
    record.columns();
};

namespace detail {

template <class T>
constexpr int columns_in() noexcept;

template <class Tuple>
inline constexpr int columns_tied = 0;
template <class... T>
inline constexpr int columns_tied<std::tuple<T&...>> = (0 + ... + columns_in<T>());

template <class T>
constexpr int columns_in() noexcept {
    if constexpr (std::is_array_v<T>)
        return static_cast<int>(std::extent_v<T>) * columns_in<std::remove_extent_t<T>>();
    else if constexpr (HasColumns<T>)
        return columns_tied<decltype(std::declval<T&>().columns())>;
    else
        return 1;
}

}  // namespace detail

// How many columns a record has, including those of nested records and arrays.
template <class T>
inline constexpr int column_count = detail::columns_in<T>();

// What a column is made of.
template <class L, class T>
inline constexpr ColumnType column_type = std::is_same_v<T, real<L>>  ? ColumnType::real
                                          : std::is_same_v<T, f32<L>> ? ColumnType::f32
                                          : std::is_same_v<T, i32<L>> ? ColumnType::i32
                                          : std::is_same_v<T, u32<L>> ? ColumnType::u32
                                                                      : ColumnType::bit;
template <class L, class T>
concept IsColumn = std::is_same_v<T, real<L>> || std::is_same_v<T, f32<L>> ||
    std::is_same_v<T, i32<L>> || std::is_same_v<T, u32<L>> || std::is_same_v<T, mask<L>>;

namespace detail {

template <class L, class T>
constexpr ColumnType* write_types(ColumnType* to) noexcept {
    if constexpr (std::is_array_v<T>) {
        for (std::size_t i = 0; i < std::extent_v<T>; ++i)
            to = write_types<L, std::remove_extent_t<T>>(to);
    } else if constexpr (HasColumns<T>) {
        [&]<class... C>(std::type_identity<std::tuple<C&...>>) {
            ((to = write_types<L, C>(to)), ...);
        }(std::type_identity<decltype(std::declval<T&>().columns())>());
    } else {
        static_assert(
            IsColumn<L, T>,
            "columns() ties something else than real<L>, f32<L>, i32<L>, u32<L>, mask<L>, "
            "or records and arrays of such");
        *to++ = column_type<L, T>;
    }
    return to;
}
template <class L, class Record>
inline constexpr auto types_of = [] {
    std::array<ColumnType, static_cast<std::size_t>(column_count<Record>)> types{};
    write_types<L, Record>(types.data());
    return types;
}();

}  // namespace detail

template <class L, class Record>
inline constexpr ColumnTypes column_types = {detail::types_of<L, Record>.data(),
                                             column_count<Record>};

namespace detail {

template <class T, std::size_t alignment>
constexpr std::size_t padded_size() noexcept {
    if constexpr (std::is_array_v<T>) {
        return std::extent_v<T> * padded_size<std::remove_extent_t<T>, alignment>();
    } else if constexpr (HasColumns<T>) {
        return []<class... C>(std::type_identity<std::tuple<C&...>>) {
            return (std::size_t{0} + ... + padded_size<C, alignment>());
        }(std::type_identity<decltype(std::declval<T&>().columns())>());
    } else {
        return (sizeof(T) + alignment - 1) / alignment * alignment;
    }
}

}  // namespace detail

// Whether a record consists of its columns alone, so that no member is left out that is larger than
// alignment padding.
template <class Record>
inline constexpr bool columns_are_all =
    sizeof(Record) <= detail::padded_size<Record, alignof(Record)>();

// Calls visit(column) for every column of `record`, in order; a constant record passes constants.
template <class T>
LOCKSTEP_INLINE void for_each_column(T& record, auto&& visit) noexcept {
    using Record = std::remove_const_t<T>;
    if constexpr (std::is_array_v<Record>) {
        for (auto& element : record) for_each_column(element, visit);
    } else if constexpr (HasColumns<Record>) {
        const auto each = [&](auto& column) LOCKSTEP_LAMBDA {
            if constexpr (std::is_const_v<T>)
                for_each_column(std::as_const(column), visit);
            else
                for_each_column(column, visit);
        };
        // columns() changes nothing, and users need not write it twice.
        const auto tied = const_cast<Record&>(record).columns();
        [&]<std::size_t... i>(std::index_sequence<i...>) LOCKSTEP_LAMBDA {
            (each(std::get<i>(tied)), ...);
        }
        (std::make_index_sequence<std::tuple_size_v<std::remove_const_t<decltype(tied)>>>());
    } else {
        visit(record);
    }
}

// The same for two records of one type, column by column.
template <class T>
LOCKSTEP_INLINE void for_each_column_pair(T& record, const T& other, auto&& visit) noexcept {
    if constexpr (std::is_array_v<T>) {
        for (std::size_t i = 0; i < std::extent_v<T>; ++i)
            for_each_column_pair(record[i], other[i], visit);
    } else if constexpr (HasColumns<T>) {
        const auto tied = record.columns(), others = const_cast<T&>(other).columns();
        [&]<std::size_t... i>(std::index_sequence<i...>) LOCKSTEP_LAMBDA {
            (for_each_column_pair(std::get<i>(tied), std::as_const(std::get<i>(others)), visit),
             ...);
        }
        (std::make_index_sequence<std::tuple_size_v<std::remove_const_t<decltype(tied)>>>());
    } else {
        visit(record, other);
    }
}

namespace detail {

// Sixteen elements at `at` of a column that begins at `first`; a bit loads as an integer, 0 or 1.
template <class L, class T>
LOCKSTEP_INLINE T load_column(const typename L::scalar* first, std::int64_t at) noexcept {
    if constexpr (std::is_same_v<T, mask<L>>) {
        return load_column<L, u32<L>>(first, at) != u32<L>(0U);
    } else {
        return T::load(reinterpret_cast<const typename T::value_type*>(first) + at);
    }
}
template <class L, class T>
LOCKSTEP_INLINE void store_column(const T& column, typename L::scalar* first,
                                  std::int64_t at) noexcept {
    if constexpr (std::is_same_v<T, mask<L>>) {
        store_column<L>(select(column, u32<L>(1U), u32<L>(0U)), first, at);
    } else {
        column.store(reinterpret_cast<typename T::value_type*>(first) + at);
    }
}

}  // namespace detail

// A column as a network sees it.
template <class L, class T>
LOCKSTEP_INLINE real<L> column_as_real(const T& column) noexcept {
    if constexpr (std::is_same_v<T, real<L>>)
        return column;
    else if constexpr (std::is_same_v<T, f32<L>>)
        return in_precision<typename L::scalar>(column);
    else if constexpr (std::is_same_v<T, mask<L>>)
        return select(column, real<L>(1), real<L>(0));
    else if constexpr (std::is_same_v<T, u32<L>>)
        return to_real<L>(bit_cast<std::int32_t>(column >> 1)) * 2 +
               to_real<L>(bit_cast<std::int32_t>(column & 1U));
    else
        return to_real<L>(column);
}

}  // namespace lockstep
