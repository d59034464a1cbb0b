
#include <lockstep/setting.hpp>

#include "engine/text/number_text.hpp"

namespace lockstep {

std::string SettingValue::text() const {
    return is_number() ? shortest(number()) : std::get<std::string>(value_);
}

}  // namespace lockstep
