// JSON as its text says, whatever the program's locale.
//
// Must not:  show the library of JSON to those who include this.
// Invariant: the one way from text to JSON. The library reads numbers by std::strtod, which expects
//            the locale's decimal point.
#pragma once

#include <locale.h>

namespace lockstep {

// While it lives, its thread's locale is "C".
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

// Throws Json::exception. `from`: as Json::parse takes it.
template <class Json, class From>
Json parse_json(From&& from) {
    const ClassicLocale here;
    return Json::parse(from);
}

}  // namespace lockstep
