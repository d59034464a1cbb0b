// JSON as a value: what the program prints, saves and reads.
//
// Owns:      the values. The library that reads and writes text stays in json.cpp, because its
//            header costs more to compile than most files that build a document.
// Must not:  know files, or what a document is about.
// Invariant: members keep their order of insertion, printed or saved; a text that is written and
//            read again gives the same value, whatever the program's locale.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace lockstep {

// A text that is not JSON, or a value whose type is not the requested one.
struct JsonError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// How a document is written.
struct JsonStyle {
    int indent = -1;       // spaces per level; -1: all on one line
    bool ascii = false;    // other characters as \u....
    bool replace = false;  // invalid UTF-8 becomes U+FFFD; otherwise it is a JsonError
};

class Json {
public:
    enum class Type : std::uint8_t { null, boolean, integer, whole, real, string, array, object };
    struct Member;
    class Item;
    using Array = std::vector<Json>;
    using Object = std::vector<Member>;

    Json(std::nullptr_t = nullptr) noexcept {}
    template <std::same_as<bool> T>
    Json(T value) noexcept : type_(Type::boolean), integer_(value) {}
    template <std::integral T>
    requires(!std::same_as<T, bool>) Json(T value)
    noexcept
        : type_(std::is_signed_v<T> ? Type::integer : Type::whole),
          integer_(static_cast<std::int64_t>(value)) {}
    template <std::floating_point T>
    Json(T value) noexcept : type_(Type::real), real_(static_cast<double>(value)) {}
    Json(std::string text);
    Json(std::string_view text) : Json(std::string(text)) {}
    Json(const char* text) : Json(std::string(text)) {}
    // A range of values is an array, a map an object.
    template <class Range>
    requires requires(const Range& range) {
        range.begin();
        typename Range::value_type;
        requires !std::convertible_to<const Range&, std::string_view>;
    }
    Json(const Range& range) : Json(array()) {
        if constexpr (requires { typename Range::mapped_type; }) {
            *this = object();
            for (const auto& [name, value] : range) (*this)[name] = value;
        } else {
            for (const auto& value : range) push_back(value);
        }
    }
    // A list of pairs that each begin with a string is an object, any other list is an array.
    Json(std::initializer_list<Item> items);

    Json(const Json& other);
    Json(Json&& other) noexcept;
    Json& operator=(Json other) noexcept;
    ~Json();

    static Json array();
    static Json array(std::initializer_list<Item> items);
    static Json object();

    Type type() const noexcept { return type_; }
    bool is_null() const noexcept { return type_ == Type::null; }
    bool is_boolean() const noexcept { return type_ == Type::boolean; }
    bool is_number() const noexcept { return type_ >= Type::integer && type_ <= Type::real; }
    // An integer of at least 0.
    bool is_whole() const noexcept {
        return type_ == Type::whole || (type_ == Type::integer && integer_ >= 0);
    }
    bool is_string() const noexcept { return type_ == Type::string; }
    bool is_array() const noexcept { return type_ == Type::array; }
    bool is_object() const noexcept { return type_ == Type::object; }

    // A number, a bool, a string, or a vector or a map of those. Numbers convert as in C++. Throws
    // JsonError if the value is of another type.
    template <class T>
    T get() const;
    const std::string& string() const;

    // Elements of an array; members of an object, by name. Insertion turns null into an array or an
    // object; mutable access by name adds a missing member; all else throws JsonError.
    std::size_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }
    template <std::integral T>
    const Json& operator[](T index) const {
        return element(static_cast<std::size_t>(index));
    }
    template <std::integral T>
    Json& operator[](T index) {
        return const_cast<Json&>(element(static_cast<std::size_t>(index)));
    }
    const Json& operator[](std::string_view name) const { return at(name); }
    Json& operator[](std::string_view name);
    const Json& operator[](const char* name) const { return at(name); }
    Json& operator[](const char* name) { return (*this)[std::string_view(name)]; }
    const Json& at(std::string_view name) const;
    bool contains(std::string_view name) const { return find(name) != nullptr; }
    // `absent` if the object has no such member.
    Json value(std::string_view name, Json absent) const;
    const Object& items() const;
    Json& push_back(Json value);
    const Json& front() const { return element(0); }
    const Json& back() const { return element(size() - 1); }
    Json& back() { return (*this)[size() - 1]; }
    Array::const_iterator begin() const;
    Array::const_iterator end() const;

    // Compares numbers by value, whatever their types; ignores the order of members.
    friend bool operator==(const Json& a, const Json& b);

    // Throws JsonError if a string is not UTF-8 and the style does not replace.
    std::string dump(const JsonStyle& style = {}) const;

private:
    bool boolean() const;
    std::int64_t integer() const;
    double real() const;
    const Json& element(std::size_t index) const;
    const Json* find(std::string_view name) const;
    [[noreturn]] void wrong_type(const char* wanted) const;
    void copy_bits(const Json& other) noexcept;

    Type type_ = Type::null;
    union {
        std::int64_t integer_;  // true: 1
        double real_;
        std::string* string_;
        Array* array_;
        Object* object_ = nullptr;
    };
};

struct Json::Member {
    std::string name;
    Json value;
};

// An element of a braced list, which can be moved out of the list.
class Json::Item {
public:
    template <class T>
    requires(std::constructible_from<Json, T&&> && !std::same_as<std::remove_cvref_t<T>, Item>)
        Item(T&& value)
        : value_(std::forward<T>(value)) {}
    Item(std::initializer_list<Item> items) : value_(items) {}

private:
    friend class Json;
    mutable Json value_;
};

template <class T>
T Json::get() const {
    if constexpr (std::is_same_v<T, bool>) {
        return boolean();
    } else if constexpr (std::is_integral_v<T>) {
        return type_ == Type::real ? static_cast<T>(real()) : static_cast<T>(integer());
    } else if constexpr (std::is_floating_point_v<T>) {
        return static_cast<T>(real());
    } else if constexpr (std::is_same_v<T, std::string>) {
        return string();
    } else if constexpr (requires { typename T::mapped_type; }) {
        T values;
        for (const auto& [name, value] : items())
            values[name] = value.template get<typename T::mapped_type>();
        return values;
    } else {
        T values;
        for (const Json& value : *this)
            values.push_back(value.template get<typename T::value_type>());
        return values;
    }
}

// Throws JsonError, with the place and what was expected there.
Json parse_json(std::string_view text);

// The value, or a ConfigError that begins with `where`, such as a file's name, and gives line,
// column and what is wrong there; or the key that the outermost object has twice.
Json parse_json_file(const std::string& where, std::string_view text);

// A parameter that takes only integers reads as one.
inline Json number_json(double value, bool whole) {
    return whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

}  // namespace lockstep
