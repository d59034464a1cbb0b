// Locales whose decimal point is not a dot; made here, since a machine may have none.
//
// Owns:      a folder of locales; the locale of the program while one is in use.
// Must not:  need more than localedef, which is part of the C library's programs.
// Invariant: the program's locale is "C" again afterwards.
#pragma once

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <locale>
#include <stdexcept>
#include <string>

#include <unistd.h>

namespace lockstep::test {

class MadeLocales {
public:
    MadeLocales()
        : folder_(std::filesystem::temp_directory_path() /
                  ("lockstep-locales-" + std::to_string(getpid()))) {
        std::filesystem::create_directories(folder_);
        // All other categories, about which localedef warns, are those of "C".
        make("comma", "\",\"", "\".\"");
        make("arabic", "\"<U066B>\"", "\"<U066C>\"");  // characters of two bytes
        setenv("LOCPATH", folder_.c_str(), 1);
    }
    ~MadeLocales() {
        std::locale::global(std::locale::classic());
        std::filesystem::remove_all(folder_);
    }
    MadeLocales(const MadeLocales&) = delete;
    MadeLocales& operator=(const MadeLocales&) = delete;

    // "C", "comma" or "arabic", for C and for C++.
    static void use(const std::string& name) { std::locale::global(std::locale(name)); }

private:
    void make(const std::string& name, const std::string& point, const std::string& separator) {
        const std::string source = (folder_ / (name + ".source")).string();
        const std::string characters = (folder_ / (name + ".characters")).string();
        std::ofstream(source) << "comment_char %\nescape_char /\nLC_NUMERIC\ndecimal_point "
                              << point << "\nthousands_sep " << separator
                              << "\ngrouping 3;3\nEND LC_NUMERIC\n";
        std::ofstream(characters)
            << "<code_set_name> UTF-8\n<comment_char> %\n<escape_char> /\n<mb_cur_min> 1\n"
               "<mb_cur_max> 6\nCHARMAP\n<U0000>..<U007F> /x00 x\n<U066B>..<U066C> /xd9/xab x\n"
               "END CHARMAP\n";
        const std::string command = "localedef --no-archive -c -i '" + source + "' -f '" +
                                    characters + "' '" + (folder_ / name).string() +
                                    "' >/dev/null 2>&1";
        if (std::system(command.c_str()) < 0 ||
            !std::filesystem::exists(folder_ / name / "LC_NUMERIC"))
            throw std::runtime_error("localedef makes no locale: " + command);
    }

    std::filesystem::path folder_;
};

}  // namespace lockstep::test
