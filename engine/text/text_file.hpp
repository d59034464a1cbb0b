// Text files as people have them: with or without a byte-order mark, with the line ends of any
// system, from a disk or from a pipe.
//
// Owns:      what all text files have in common; how a character is named that stands where none
//            may.
// Must not:  know what a text is about.
// Invariant: a text that was read is UTF-8 without a mark, its lines end with '\n', and no byte of
//            it is 0. Files that differ in nothing but these read as the same text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lockstep {

// All of a file, a pipe or a device, read once from beginning to end. `where` stands before what is
// wrong with the file as a whole, as `board = 'x.txt'`; what is wrong within it has path, line and
// column before it. Throws ConfigError: it cannot be read, is a folder, or is no UTF-8 text.
std::string read_text_file(const std::string& path, const std::string& where);
inline std::string read_text_file(const std::string& path) { return read_text_file(path, path); }

// What read_text_file makes of the bytes of a file that is called `path`.
std::string normalised_text(std::string bytes, const std::string& path);

// The same without spaces and tabs at the ends of lines and without empty lines at its own end: for
// texts in which neither means anything. A text that is not empty ends with '\n'.
std::string without_trailing_blanks(std::string_view text);

// "PATH:LINE:COLUMN" of a place in a text; both count from 1, columns in characters.
std::string text_place(const std::string& path, std::string_view text, std::size_t at);

// The character that a text begins with, as "'x'", "U+00A0" where one would not see it or take it
// for another, "byte 0xff" where it is no UTF-8, and "the end" of an empty text.
std::string character_name(std::string_view text);

// The text of a file that a text setting names, without trailing blanks. Throws ConfigError: no
// such file, no text, empty.
std::string read_file(std::string_view name, const std::string& path);

}  // namespace lockstep
