#include <lockstep/engine/json_check.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include <lockstep/engine/error.hpp>

namespace lockstep {
namespace {

using Json = nlohmann::json;

// The library's own parser tells no place for a number that overflows, and takes the last of two
// equal keys.
class Check final : public nlohmann::json_sax<Json> {
public:
    Check(const std::string& where, std::string_view text) : where_(where), text_(text) {}

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(std::int64_t) override { return true; }
    bool number_unsigned(std::uint64_t) override { return true; }
    bool number_float(double, const std::string&) override { return true; }
    bool string(std::string&) override { return true; }
    bool binary(Json::binary_t&) override { return true; }
    bool start_object(std::size_t) override { return ++depth_ > 0; }
    bool end_object() override { return --depth_ >= 0; }
    bool start_array(std::size_t) override { return ++depth_ > 0; }
    bool end_array() override { return --depth_ >= 0; }
    bool key(std::string& name) override {
        if (depth_ == 1 && !seen_.insert(name).second)
            throw ConfigError(where_ + ": '" + name + "' is there twice");
        return true;
    }
    bool parse_error(std::size_t byte, const std::string&, const Json::exception& error) override {
        throw ConfigError(where_ + ":" + std::to_string(line_of(byte)) + ": " + words(error));
    }

private:
    // byte: of the last character read, counted from 1; one more at the end of the text.
    std::size_t line_of(std::size_t byte) const {
        const std::string_view before = text_.substr(0, byte == 0 ? 0 : byte - 1);
        return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    }
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ..."
    static std::string words(const Json::exception& error) {
        std::string text = error.what();
        text.erase(0, text.find("] ") + 2);
        if (text.starts_with("parse error at")) text.erase(0, text.find(": ") + 2);
        return "not JSON: " + text;
    }

    const std::string& where_;
    std::string_view text_;
    int depth_ = 0;
    std::set<std::string> seen_;
};

}  // namespace

void check_json(const std::string& where, std::string_view text) {
    Check check(where, text);
    Json::sax_parse(text, &check);
}

}  // namespace lockstep
