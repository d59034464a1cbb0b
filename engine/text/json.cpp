
#include "engine/text/json.hpp"

#include <locale.h>  // NOLINT(modernize-deprecated-headers): newlocale is POSIX's

#include <algorithm>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include <lockstep/error.hpp>

#include "engine/text/text_file.hpp"

namespace lockstep {
namespace {

using Library = nlohmann::ordered_json;

// Sets its thread's locale to "C" while it lives: the library reads numbers with std::strtod, which
// expects the locale's decimal point.
class ClassicLocale {
public:
    ClassicLocale()
        : classic_(newlocale(LC_ALL_MASK, "C", locale_t{})), before_(uselocale(classic_)) {}
    ~ClassicLocale() {
        uselocale(before_);
        freelocale(classic_);
    }
    ClassicLocale(const ClassicLocale&) = delete;
    ClassicLocale& operator=(const ClassicLocale&) = delete;

private:
    const locale_t classic_, before_;
};

// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ..."
std::string plain_words(const Library::exception& error) {
    std::string text = error.what();
    text.erase(0, text.find("] ") + 2);
    return text;
}

// Builds the value while the library reads. `fail` throws; of two equal keys the last one counts.
class Builder : public nlohmann::json_sax<Library> {
public:
    bool null() override { return put(Json()); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(std::int64_t value) override { return put(value); }
    bool number_unsigned(std::uint64_t value) override { return put(value); }
    bool number_float(double value, const std::string&) override { return put(value); }
    bool string(std::string& value) override { return put(std::move(value)); }
    bool binary(Library::binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(std::string& name) override {
        names_.back() = std::move(name);
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const Library::exception& error) override {
        throw JsonError(plain_words(error));
    }
    Json result() { return std::move(result_); }

protected:
    std::size_t depth() const { return open_.size(); }

private:
    bool put(Json value) {
        if (open_.empty()) {
            result_ = std::move(value);
        } else if (open_.back().is_array()) {
            open_.back().push_back(std::move(value));
        } else {
            open_.back()[names_.back()] = std::move(value);
        }
        return true;
    }
    bool open(Json container) {
        open_.push_back(std::move(container));
        names_.emplace_back();
        return true;
    }
    bool close() {
        Json done = std::move(open_.back());
        open_.pop_back(), names_.pop_back();
        return put(std::move(done));
    }

    Json result_;
    std::vector<Json> open_;
    std::vector<std::string> names_;  // of the member being read, one for each open object
};

// The library's parser gives no place for an overflowing number, and takes the last of equal keys.
class FileBuilder final : public Builder {
public:
    FileBuilder(const std::string& where, std::string_view text) : where_(where), text_(text) {}

    bool key(std::string& name) override {
        if (depth() == 1 && !seen_.insert(name).second)
            throw ConfigError(where_ + ": '" + name + "' is given twice");
        return Builder::key(name);
    }
    bool parse_error(std::size_t byte, const std::string&,
                     const Library::exception& error) override {
        // The last character read, counted from 1; one more at the end of the text.
        const std::size_t at = std::min(byte == 0 ? 0 : byte - 1, text_.size());
        throw ConfigError(text_place(where_, text_, at) + ": " + words(error, text_.substr(at)));
    }

private:
    static std::string words(const Library::exception& error, std::string_view rest) {
        std::string text = plain_words(error);
        if (text.starts_with("parse error at")) text.erase(0, text.find(": ") + 2);
        // It quotes what it read, possibly half a character.
        std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
        const std::string character = character_name(rest);
        const bool visible = character.starts_with('\'');
        return "not JSON: " + text + (visible ? "" : " (" + character + ")");
    }

    const std::string& where_;
    std::string_view text_;
    std::set<std::string> seen_;
};

Library to_library(const Json& json) {
    switch (json.type()) {
        case Json::Type::null:
            return nullptr;
        case Json::Type::boolean:
            return json.get<bool>();
        case Json::Type::integer:
            return json.get<std::int64_t>();
        case Json::Type::whole:
            return json.get<std::uint64_t>();
        case Json::Type::real:
            return json.get<double>();
        case Json::Type::string:
            return json.string();
        case Json::Type::array:
            break;
        case Json::Type::object: {
            Library::object_t members;
            for (const auto& [name, value] : json.items())
                members.emplace_back(name, to_library(value));
            return members;
        }
    }
    Library::array_t elements;
    elements.reserve(json.size());
    for (const Json& value : json) elements.push_back(to_library(value));
    return elements;
}

bool equal_numbers(const Json& a, const Json& b) {
    if (a.type() == Json::Type::real || b.type() == Json::Type::real)
        return a.get<double>() == b.get<double>();
    return a.is_whole() == b.is_whole() && a.get<std::int64_t>() == b.get<std::int64_t>();
}

bool equal_members(const Json& a, const Json& b) {
    return a.size() == b.size() && std::ranges::all_of(a.items(), [&](const Json::Member& member) {
               return b.contains(member.name) && b.at(member.name) == member.value;
           });
}

}  // namespace

Json::Json(std::string text) : type_(Type::string), string_(new std::string(std::move(text))) {}

Json::Json(std::initializer_list<Item> items) {
    const bool pairs = std::ranges::all_of(items, [](const Item& item) {
        return item.value_.is_array() && item.value_.size() == 2 && item.value_[0].is_string();
    });
    if (!pairs) {
        *this = array(items);
        return;
    }
    *this = object();
    for (const Item& item : items) {
        Array& pair = *item.value_.array_;
        object_->push_back({std::move(*pair[0].string_), std::move(pair[1])});
    }
}

Json::Json(const Json& other) : type_(other.type_) {
    switch (type_) {
        case Type::string:
            string_ = new std::string(*other.string_);
            break;
        case Type::array:
            array_ = new Array(*other.array_);
            break;
        case Type::object:
            object_ = new Object(*other.object_);
            break;
        default:
            copy_bits(other);
    }
}

Json::Json(Json&& other) noexcept : type_(std::exchange(other.type_, Type::null)) {
    copy_bits(other);
}

// Whatever the type: all alternatives share one place and size.
void Json::copy_bits(const Json& other) noexcept {
    static_assert(sizeof real_ == sizeof(void*) && sizeof integer_ == sizeof(void*));
    std::memcpy(&object_, &other.object_, sizeof(void*));
}

Json& Json::operator=(Json other) noexcept {
    std::destroy_at(this);
    return *std::construct_at(this, std::move(other));
}

Json::~Json() {
    if (type_ == Type::string) delete string_;
    if (type_ == Type::array) delete array_;
    if (type_ == Type::object) delete object_;
}

Json Json::array() {
    Json json;
    json.array_ = new Array();
    json.type_ = Type::array;
    return json;
}

Json Json::array(std::initializer_list<Item> items) {
    Json json = array();
    for (const Item& item : items) json.array_->push_back(std::move(item.value_));
    return json;
}

Json Json::object() {
    Json json;
    json.object_ = new Object();
    json.type_ = Type::object;
    return json;
}

void Json::wrong_type(const char* wanted) const {
    static constexpr const char* names[] = {"null",     "true or false", "a number", "a number",
                                            "a number", "a string",      "a list",   "an object"};
    throw JsonError(std::string(names[static_cast<std::size_t>(type_)]) + " where " + wanted +
                    " is expected");
}

bool Json::boolean() const {
    if (type_ != Type::boolean) wrong_type("true or false");
    return integer_ != 0;
}

std::int64_t Json::integer() const {
    if (type_ != Type::integer && type_ != Type::whole) wrong_type("a whole number");
    return integer_;
}

double Json::real() const {
    if (!is_number()) wrong_type("a number");
    if (type_ == Type::whole) return static_cast<double>(static_cast<std::uint64_t>(integer_));
    return type_ == Type::integer ? static_cast<double>(integer_) : real_;
}

const std::string& Json::string() const {
    if (type_ != Type::string) wrong_type("a string");
    return *string_;
}

std::size_t Json::size() const noexcept {
    if (type_ == Type::array) return array_->size();
    if (type_ == Type::object) return object_->size();
    return type_ == Type::null ? 0 : 1;
}

const Json& Json::element(std::size_t index) const {
    if (type_ != Type::array) wrong_type("a list");
    if (index >= array_->size()) throw JsonError("a list is too short");
    return (*array_)[index];
}

const Json* Json::find(std::string_view name) const {
    if (type_ != Type::object) return nullptr;
    const auto found = std::ranges::find(*object_, name, &Member::name);
    return found == object_->end() ? nullptr : &found->value;
}

Json& Json::operator[](std::string_view name) {
    if (is_null()) *this = object();
    if (!is_object()) wrong_type("an object");
    if (const Json* found = find(name)) return const_cast<Json&>(*found);
    return object_->emplace_back(Member{std::string(name), {}}).value;
}

const Json& Json::at(std::string_view name) const {
    if (!is_object()) wrong_type("an object");
    const Json* found = find(name);
    if (found == nullptr) throw JsonError("'" + std::string(name) + "' is missing");
    return *found;
}

Json Json::value(std::string_view name, Json absent_value) const {
    if (!is_object()) wrong_type("an object");
    const Json* found = find(name);
    if (found == nullptr) return absent_value;
    return *found;
}

const Json::Object& Json::items() const {
    static const Object none;
    if (is_null()) return none;
    if (!is_object()) wrong_type("an object");
    return *object_;
}

Json& Json::push_back(Json value) {
    if (is_null()) *this = array();
    if (!is_array()) wrong_type("a list");
    return array_->emplace_back(std::move(value));
}

Json::Array::const_iterator Json::begin() const {
    static const Array none;
    if (is_null()) return none.begin();
    if (!is_array()) wrong_type("a list");
    return array_->begin();
}

Json::Array::const_iterator Json::end() const {
    return begin() + static_cast<std::ptrdiff_t>(size());
}

bool operator==(const Json& a, const Json& b) {
    if (a.is_number() && b.is_number()) return equal_numbers(a, b);
    if (a.type_ != b.type_) return false;
    switch (a.type_) {
        case Json::Type::boolean:
            return a.integer_ == b.integer_;
        case Json::Type::string:
            return *a.string_ == *b.string_;
        case Json::Type::array:
            return *a.array_ == *b.array_;
        case Json::Type::object:
            return equal_members(a, b);
        default:
            return true;
    }
}

std::string Json::dump(const JsonStyle& style) const {
    using Invalid = Library::error_handler_t;
    try {
        return to_library(*this).dump(style.indent, ' ', style.ascii,
                                      style.replace ? Invalid::replace : Invalid::strict);
    } catch (const Library::exception& error) {
        throw JsonError(plain_words(error));
    }
}

Json parse_json(std::string_view text) {
    Builder builder;
    const ClassicLocale here;
    Library::sax_parse(text, &builder);
    return builder.result();
}

Json parse_json_file(const std::string& where, std::string_view text) {
    FileBuilder builder(where, text);
    const ClassicLocale here;
    Library::sax_parse(text, &builder);
    return builder.result();
}

}  // namespace lockstep
