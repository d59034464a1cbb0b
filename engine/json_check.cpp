#include <lockstep/engine/json_check.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include <lockstep/engine/error.hpp>
#include <lockstep/engine/json_parse.hpp>
#include <lockstep/engine/text_file.hpp>

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
        // Counted from 1, of the last character read; one more at the end of the text.
        const std::size_t at = std::min(byte == 0 ? 0 : byte - 1, text_.size());
        throw ConfigError(text_place(where_, text_, at) + ": " + words(error, text_.substr(at)));
    }

private:
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ..."
    static std::string words(const Json::exception& error, std::string_view rest) {
        std::string text = error.what();
        text.erase(0, text.find("] ") + 2);
        if (text.starts_with("parse error at")) text.erase(0, text.find(": ") + 2);
        // It quotes what it read, maybe half a character.
        std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
        const std::string character = character_name(rest);
        const bool visible = character.starts_with('\'');
        return "not JSON: " + text + (visible ? "" : " (" + character + ")");
    }

    const std::string& where_;
    std::string_view text_;
    int depth_ = 0;
    std::set<std::string> seen_;
};

}  // namespace

void check_json(const std::string& where, std::string_view text) {
    Check check(where, text);
    const ClassicLocale here;
    Json::sax_parse(text, &check);
}

}  // namespace lockstep
