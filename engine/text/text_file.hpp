// Text files in all common forms: with or without a byte-order mark, with the line ends of any
// system, from a disk or from a pipe.
//
// Owns:      what all text files have in common; how messages name a misplaced character.
// Must not:  know what a text is about.
// Invariant: a text that was read is UTF-8 without a mark, its lines end with '\n', and it has no
//            zero byte. Files that differ only in these respects read as the same text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lockstep {

// The content of a file, a pipe or a device, read once from beginning to end. `where`, such as
// `board = 'x.txt'`, begins messages about the file as a whole; path, line and column begin
// messages about a place in it. Throws ConfigError if it is unreadable, a folder, or no UTF-8 text.
std::string read_text_file(const std::string& path, const std::string& where);
inline std::string read_text_file(const std::string& path) { return read_text_file(path, path); }

// What read_text_file makes of the bytes of a file that is called `path`.
std::string normalized_text(std::string bytes, const std::string& path);

// The same without spaces and tabs at line ends and without empty lines at the end of the text: for
// formats in which neither has a meaning. A text that is not empty ends with '\n'.
std::string without_trailing_blanks(std::string_view text);

// "PATH:LINE:COLUMN" of a place in a text; both count from 1, columns in characters.
std::string text_place(const std::string& path, std::string_view text, std::size_t at);

// The character that a text begins with: "'x'"; "U+00A0" if it is invisible or ambiguous; "byte
// 0xff" if it is not UTF-8; "the end" of an empty text.
std::string character_name(std::string_view text);

// The text of a file that a text setting names, without trailing blanks. Throws ConfigError if
// there is no such file, it is not text, or it is empty.
std::string read_file(std::string_view name, const std::string& path);

}  // namespace lockstep
