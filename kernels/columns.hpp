// The columns of a state or an observation: what its `columns()` ties together, one after the
// other.
//
// Must not:  know what columns mean.
// Invariant: the number of columns is known from the type alone.
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <lockstep/kernels/lane.hpp>

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

// How many columns a record has, those of records and arrays within it included.
template <class T>
inline constexpr int column_count = detail::columns_in<T>();

// Calls visit(column) for every column of `record`, in order; of a constant one with constants.
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

}  // namespace lockstep
