// Text files of all systems read alike; other files are refused with their first invalid character.

#include <algorithm>
#include <thread>

#include <sys/stat.h>

#include "engine/text/text_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/random.hpp"
#include "tests/support/tables.hpp"

namespace lockstep {
namespace {

using namespace std::string_literals;

const std::string mark = "\xEF\xBB\xBF";

void check_refused(const std::string& bytes, std::initializer_list<std::string> words) {
    CAPTURE(bytes);
    test::check_refused([&] { normalized_text(bytes, "file"); }, words);
}

TEST_CASE("a mark and the line ends of other systems are not part of a text", "[text-file]") {
    CHECK(normalized_text("a\r\nb\r\n", "file") == "a\nb\n");
    CHECK(normalized_text(mark + "a\n", "file") == "a\n");
    CHECK(normalized_text(mark + "\r\n", "file") == "\n");
    CHECK(normalized_text(mark, "file").empty());
    CHECK(normalized_text("", "file").empty());
    // Only that: nothing else is lost or repaired.
    CHECK(normalized_text("a\rb\r\r\n\t \n\nc\r", "file") == "a\rb\r\n\t \n\nc");
    CHECK(normalized_text(mark + mark, "file") == mark);
    CHECK(normalized_text("a" + mark, "file") == "a" + mark);
}

TEST_CASE("other encodings are refused by name", "[text-file]") {
    check_refused("\xFF\xFE.\0A\0"s, {"file:1:1: UTF-16: expected UTF-8 text"});
    check_refused("\xFE\xFF\0.\0A"s, {"file:1:1: UTF-16: expected UTF-8 text"});
    check_refused("\xFF\xFE\0\0.\0\0\0"s, {"file:1:1: UTF-32: expected UTF-8 text"});
    check_refused("\0\0\xFE\xFF\0\0\0."s, {"file:1:1: UTF-32: expected UTF-8 text"});
    check_refused(".\0A\0"s, {"file:1:2: U+0000: expected UTF-8 text"});
    check_refused("\xC3\xA9\na\xC3\xA9\0"s, {"file:2:3: U+0000"});
}

TEST_CASE("trailing blanks are dropped, and no others", "[text-file]") {
    CHECK(without_trailing_blanks(" a \t\n\t\n  b\n \n\n\n") == " a\n\n  b\n");
    CHECK(without_trailing_blanks("a") == "a\n");
    CHECK(without_trailing_blanks("\n\na") == "\n\na\n");
    CHECK(without_trailing_blanks("a\n\n\nb  ") == "a\n\n\nb\n");
    for (const char* blank : {"", " ", "\n", " \n\t\n\n"})
        CHECK(without_trailing_blanks(blank).empty());
    CHECK(without_trailing_blanks("\n \na\n") == "\n\na\n");
    CHECK(without_trailing_blanks("a\u00A0\n") == "a\u00A0\n");
    auto random = test::random_numbers("trailing blanks of random texts");
    for (int round = 0; round < 1000; ++round) {
        std::string text;
        for (auto left = random() % 12; left > 0; --left) text += "a \t\n"[random() % 4];
        const std::string kept = without_trailing_blanks(text);
        CAPTURE(text, kept);
        CHECK(without_trailing_blanks(kept) == kept);
        CHECK(kept.find(" \n") == std::string::npos);
        CHECK(std::count(kept.begin(), kept.end(), 'a') ==
              std::count(text.begin(), text.end(), 'a'));
        CHECK((kept.empty() || (kept.back() == '\n' && !kept.ends_with("\n\n") && kept != "\n")));
    }
}

TEST_CASE("characters and places are named as editors name them", "[text-file]") {
    CHECK(character_name("xyz") == "'x'");
    CHECK(character_name(" ") == "' '");
    CHECK(character_name("~") == "'~'");
    CHECK(character_name("\t") == "U+0009");
    CHECK(character_name("\x7F") == "U+007F");
    CHECK(character_name("\0"s) == "U+0000");
    CHECK(character_name("\u00A0x") == "U+00A0");
    CHECK(character_name("\u201C") == "U+201C");
    CHECK(character_name("\uFEFF") == "U+FEFF");
    CHECK(character_name("\U0001F600") == "U+1F600");
    CHECK(character_name("") == "the end");
    // Not UTF-8 (RFC 3629): alone, truncated, longer than needed, half a pair, beyond the last.
    for (const char* wrong : {"\x80", "\xFF", "\xC3", "\xC3(", "\xC0\xAF", "\xE0\x80\xAF",
                              "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80"})
        CHECK(character_name(wrong).starts_with("byte 0x"));
    CHECK(character_name("\xC3(") == "byte 0xc3");
    CHECK(text_place("f", "ab\nc", 0) == "f:1:1");
    CHECK(text_place("f", "ab\nc", 2) == "f:1:3");
    CHECK(text_place("f", "ab\nc", 3) == "f:2:1");
    CHECK(text_place("f", "ab\nc", 4) == "f:2:2");
    CHECK(text_place("f", "\u00A0\u201Cc", 5) == "f:1:3");
}

TEST_CASE("files, pipes and what cannot be read", "[text-file]") {
    const test::Folder folder;
    CHECK(read_text_file(folder.file("text", mark + "a\r\n")) == "a\n");
    const std::string large(200'000, 'x');
    const std::string pipe = folder.path() + "/pipe";
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    std::thread writer([&] { std::ofstream(pipe) << mark << large; });
    CHECK((read_text_file(pipe) == large));
    writer.join();
    const auto refused = [](const std::string& path, std::initializer_list<std::string> words) {
        test::check_refused([&] { read_text_file(path, "board = 'x'"); }, words);
    };
    refused(folder.path() + "/absent", {"board = 'x': there is no such file"});
    refused(folder.path() + "/text/absent", {"board = 'x': there is no such file"});
    refused(folder.path(), {"board = 'x': is not a file"});
    refused("/dev/zero", {"/dev/zero:1:1: U+0000"});
    refused(folder.file("wide", "\xFF\xFE.\0"s), {folder.path() + "/wide:1:1: UTF-16"});
}

}  // namespace
}  // namespace lockstep
