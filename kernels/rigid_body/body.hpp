// A rigid body: a convex polygon with its mass, and how it moves.
//
// Must not:  know joints or contacts.
// Invariant: a velocity is never -0, because it begins as +0 and changes by sums alone: so adding a
//            zero of either sign changes nothing.
#pragma once

#include <lockstep/detail/rigid_body/plane.hpp>

namespace lockstep::rigid_body {

// One step of the world lasts 1/50 s, as a float.
inline constexpr float time_step = 0.02F;
inline constexpr int velocity_iterations = 180, position_iterations = 60;

// What a body's shape is: a type with these members, corners counterclockwise, with the outward
// normal of the edge that begins in each.
template <class S>
concept Polygon = requires {
    S::corner[0].x;
    S::normal[0].x;
    S::centroid.x;
    S::mass_center.x;
    S::inverse_mass;
    S::inverse_inertia;
};
template <Polygon Shape>
inline constexpr int corners = static_cast<int>(std::extent_v<decltype(Shape::corner)>);

// The rounded rim around every polygon and edge (b2_polygonRadius).
inline constexpr float rim = 0.01F;

template <class Isa>
struct Body {
    Vec2<Isa> position;  // of the shape's origin
    Floats<Isa> angle;
    Vec2<Isa> velocity;  // of the center of mass
    Floats<Isa> spin;    // angular velocity

    auto columns() { return std::tie(position, angle, velocity, spin); }
};

template <Polygon Shape, class Isa>
LOCKSTEP_INLINE Pose<Isa> pose_of(const Vec2<Isa>& center, const Floats<Isa>& angle) noexcept {
    const Rotation<Isa> turn = rotation(angle);
    return {center - rotated(turn, Vec2<Isa>(Shape::mass_center)), turn};
}

// The least box around the shape, rim included.
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE Box<Isa> bounds(const Pose<Isa>& pose) noexcept {
    Vec2<Isa> low = placed(pose, Vec2<Isa>(Shape::corner[0])), high = low;
    for (int i = 1; i < corners<Shape>; ++i) {
        const Vec2<Isa> corner = placed(pose, Vec2<Isa>(Shape::corner[i]));
        low = lesser(low, corner), high = greater(high, corner);
    }
    const Vec2<Isa> r(rim, rim);
    return {low - r, high + r};
}

// What moves while impulses are sought.
template <class Isa>
struct Motion {
    Vec2<Isa> velocity;
    Floats<Isa> spin;

    auto columns() { return std::tie(velocity, spin); }
};

template <class Isa>
LOCKSTEP_INLINE Motion<Isa> select(const Mask<Isa>& here, const Motion<Isa>& yes,
                                   const Motion<Isa>& no) noexcept {
    return {select(here, yes.velocity, no.velocity), select(here, yes.spin, no.spin)};
}
template <class Isa>
LOCKSTEP_INLINE Mask<Isa> same(const Motion<Isa>& a, const Motion<Isa>& b) noexcept {
    return (a.velocity.x == b.velocity.x) & (a.velocity.y == b.velocity.y) & (a.spin == b.spin);
}

// The velocity of the body's point that lies at `arm` from its center of mass.
template <class Isa>
LOCKSTEP_INLINE Vec2<Isa> velocity_at(const Motion<Isa>& m, const Vec2<Isa>& arm) noexcept {
    return {m.velocity.x - m.spin * arm.y, m.velocity.y + m.spin * arm.x};
}

// Where a body is while overlaps are corrected.
template <class Isa>
struct Place {
    Vec2<Isa> center;
    Floats<Isa> angle;
};

template <class Isa>
LOCKSTEP_INLINE Place<Isa> select(const Mask<Isa>& here, const Place<Isa>& yes,
                                  const Place<Isa>& no) noexcept {
    return {select(here, yes.center, no.center), select(here, yes.angle, no.angle)};
}
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE Pose<Isa> pose_of(const Place<Isa>& place) noexcept {
    return pose_of<Shape>(place.center, place.angle);
}

// Moves a body for `time`, at no more than 2 m and a quarter turn (b2_maxTranslation,
// b2_maxRotation), to which the velocities are cut.
template <class Isa>
LOCKSTEP_INLINE void integrate(Place<Isa>& place, Motion<Isa>& m,
                               const Floats<Isa>& time) noexcept {
    using F = Floats<Isa>;
    constexpr float most = 2, most_turned = 0.5F * pi;
    const Vec2<Isa> way = time * m.velocity;
    const F square = dot(way, way);
    const auto too_far = square > most * most;
    if (any(too_far)) m.velocity = select(too_far, (most / sqrt(square)) * m.velocity, m.velocity);
    const F turned = time * m.spin;
    const auto too_much = turned * turned > most_turned * most_turned;
    if (any(too_much)) m.spin = select(too_much, m.spin * (most_turned / abs(turned)), m.spin);
    place.center = place.center + time * m.velocity;
    place.angle = place.angle + time * m.spin;
}

}  // namespace lockstep::rigid_body
