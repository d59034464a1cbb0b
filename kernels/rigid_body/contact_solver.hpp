// Impulses and corrections that keep a polygon out of a fixed edge that it touches
// (b2ContactSolver of Box2D 2.3, where one body is static and nothing bounces).
//
// Must not:  know joints, or which edge it is.
// Invariant: operations and their order are Box2D's. Lanes without a contact have zero impulses and
//            masses, so that solving changes nothing.
#pragma once

#include <lockstep/detail/rigid_body/contact.hpp>
#include <lockstep/detail/rigid_body/revolute_joint.hpp>

namespace lockstep::rigid_body {

// Impulses at each point, along the normal and the tangent. Those of one step are what the next one
// begins with.
template <class Isa>
struct ContactImpulse {
    Floats<Isa> push[2], drag[2];

    auto columns() { return std::tie(push, drag); }
};

template <class Isa>
LOCKSTEP_INLINE ContactImpulse<Isa> select(const Mask<Isa>& here, const ContactImpulse<Isa>& yes,
                                           const ContactImpulse<Isa>& no) noexcept {
    ContactImpulse<Isa> r;
    for (int i = 0; i < 2; ++i) {
        r.push[i] = select(here, yes.push[i], no.push[i]);
        r.drag[i] = select(here, yes.drag[i], no.drag[i]);
    }
    return r;
}

template <class Isa>
LOCKSTEP_INLINE Mask<Isa> same(const ContactImpulse<Isa>& a,
                               const ContactImpulse<Isa>& b) noexcept {
    return (a.push[0] == b.push[0]) & (a.push[1] == b.push[1]) & (a.drag[0] == b.drag[0]) &
           (a.drag[1] == b.drag[1]);
}

// Where a body touches an edge.
template <class Isa>
struct Contact {
    Manifold<Isa> manifold;
    ContactImpulse<Isa> impulse;
    Floats<Isa> friction;
    Words<Isa> edge;  // its number
};

// What the velocity iterations take from the body's place, for the first point of a contact, ...
template <class Isa>
struct PointMass {
    Vec2<Isa> normal;
    Vec2<Isa> arm;  // from the body's center of mass
    Floats<Isa> push_mass, drag_mass, friction;

    auto columns() { return std::tie(normal, arm, push_mass, drag_mass, friction); }
};
// ... and for a second one.
template <class Isa>
struct PairMass {
    Vec2<Isa> arm;
    Floats<Isa> push_mass, drag_mass;
    Floats<Isa> k11, k12, k22;  // of both normal impulses
    Floats<Isa> i11, i12, i22;  // minus its inverse
    Words<Isa> count;           // 0 to 2 points that take part

    auto columns() {
        return std::tie(arm, push_mass, drag_mass, k11, k12, k22, i11, i12, i22, count);
    }
};

// The point of contact number `i` and the normal from the edge to the body, in the world.
template <class Isa>
struct Touch {
    Vec2<Isa> point, normal;
    Floats<Isa> gap;  // negative where they overlap, rims not counted
};
template <class Isa>
LOCKSTEP_INLINE Touch<Isa> touch(const Manifold<Isa>& m, const Pose<Isa>& pose, int i) noexcept {
    const Vec2<Isa> normal = select(m.on_polygon, rotated(pose.turn, m.normal), m.normal);
    const Vec2<Isa> plane = select(m.on_polygon, placed(pose, m.plane), m.plane);
    const Vec2<Isa> point = select(m.on_polygon, m.point[i], placed(pose, m.point[i]));
    return {point, normal, dot(point - plane, normal)};
}

template <Polygon Shape, class Isa>
LOCKSTEP_INLINE Floats<Isa> mass_along(const Vec2<Isa>& arm, const Vec2<Isa>& way) noexcept {
    const Floats<Isa> lever = cross(arm, way);
    return Floats<Isa>(Shape::inverse_mass) + Floats<Isa>(Shape::inverse_inertia) * lever * lever;
}

// Prepares a contact, in the lanes where it exists.
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE void begin_contact(const Contact<Isa>& c, const Pose<Isa>& pose,
                                   const Vec2<Isa>& center, PointMass<Isa>& first,
                                   PairMass<Isa>& pair, ContactImpulse<Isa>& sum) noexcept {
    using F = Floats<Isa>;
    using W = Words<Isa>;
    const Manifold<Isa>& m = c.manifold;
    const auto one = m.count >= 1U;
    Vec2<Isa> normal, arm[2];
    F lever[2], push_mass[2], drag_mass[2];
    for (int i = 0; i < 2; ++i) {
        const Touch<Isa> t = touch(m, pose, i);
        // Halfway between both surfaces.
        const Vec2<Isa> on_plane = t.point + (F(rim) - t.gap) * t.normal;
        const Vec2<Isa> on_other = t.point - F(rim) * t.normal;
        arm[i] = F(0.5F) * (on_plane + on_other) - center;
        normal = select(m.on_polygon, -t.normal, t.normal);
        lever[i] = cross(arm[i], normal);
        push_mass[i] = 1 / mass_along<Shape>(arm[i], normal);
        drag_mass[i] = 1 / mass_along<Shape>(arm[i], clockwise(normal));
    }
    const F mass(Shape::inverse_mass), inertia(Shape::inverse_inertia);
    pair.k11 = mass + inertia * lever[0] * lever[0];
    pair.k22 = mass + inertia * lever[1] * lever[1];
    pair.k12 = mass + inertia * lever[0] * lever[1];
    const F determinant = pair.k11 * pair.k22 - pair.k12 * pair.k12;
    const F minus_inverse = -inverse_or_zero(determinant);
    // Nearly the same point twice: one is enough.
    const auto two = (m.count == 2U) & (pair.k11 * pair.k11 < F(1000) * determinant);
    pair.i11 = select(two, minus_inverse * pair.k22, F(0));
    pair.i12 = select(two, -(minus_inverse * pair.k12), F(0));
    pair.i22 = select(two, minus_inverse * pair.k11, F(0));
    pair.count = select(two, W(2U), select(one, W(1U), W(0U)));
    // Zero where a point takes no part, since NaN would spread.
    const Vec2<Isa> zero(0, 0);
    first.normal = select(one, normal, zero);
    first.arm = select(one, arm[0], zero);
    first.push_mass = select(one, push_mass[0], F(0));
    first.drag_mass = select(one, drag_mass[0], F(0));
    first.friction = c.friction;
    pair.arm = select(two, arm[1], zero);
    pair.push_mass = select(two, push_mass[1], F(0));
    pair.drag_mass = select(two, drag_mass[1], F(0));
    for (int i = 0; i < 2; ++i) {
        sum.push[i] = select(i == 0 ? one : two, c.impulse.push[i], F(0));
        sum.drag[i] = select(i == 0 ? one : two, c.impulse.drag[i], F(0));
    }
}

template <Polygon Shape, class Isa>
LOCKSTEP_INLINE void push_at(Motion<Isa>& m, const Vec2<Isa>& impulse,
                             const Floats<Isa>& torque) noexcept {
    m.velocity = m.velocity + Floats<Isa>(Shape::inverse_mass) * impulse;
    m.spin = m.spin + Floats<Isa>(Shape::inverse_inertia) * torque;
}

// Repeats the impulses of the last step.
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE void repeat_impulses(const PointMass<Isa>& first, const PairMass<Isa>& pair,
                                     const ContactImpulse<Isa>& sum, Motion<Isa>& m) noexcept {
    for (int i = 0; i < 2; ++i) {
        const Vec2<Isa> impulse =
            sum.push[i] * first.normal + sum.drag[i] * clockwise(first.normal);
        push_at<Shape>(m, impulse, cross(i == 0 ? first.arm : pair.arm, impulse));
    }
}

// One iteration's friction at a point.
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE void solve_friction(const Vec2<Isa>& normal, const Floats<Isa>& friction,
                                    const Vec2<Isa>& arm, const Floats<Isa>& mass,
                                    const Floats<Isa>& push, Floats<Isa>& drag,
                                    Motion<Isa>& m) noexcept {
    using F = Floats<Isa>;
    const Vec2<Isa> tangent = clockwise(normal);
    const F slip = dot(velocity_at(m, arm), tangent);
    const F most = friction * push;
    const F next = limited(drag - mass * slip, -most, most);
    const Vec2<Isa> impulse = (next - drag) * tangent;
    drag = next;
    push_at<Shape>(m, impulse, cross(arm, impulse));
}

// One iteration of contacts that have one point each, of different bodies, step by step for all, so
// that they hide each other's latency.
template <Polygon Shape, int n, class Isa>
LOCKSTEP_INLINE void solve_points(const PointMass<Isa>* const (&mass)[n],
                                  ContactImpulse<Isa>* const (&sums)[n],
                                  Motion<Isa>* const (&motions)[n]) noexcept {
    using F = Floats<Isa>;
#pragma GCC unroll 2
    for (int c = 0; c < n; ++c) {
        const PointMass<Isa>& r = *mass[c];
        solve_friction<Shape>(r.normal, r.friction, r.arm, r.drag_mass, sums[c]->push[0],
                              sums[c]->drag[0], *motions[c]);
    }
#pragma GCC unroll 2
    for (int c = 0; c < n; ++c) {
        const PointMass<Isa>& r = *mass[c];
        F& push = sums[c]->push[0];
        const F speed = dot(velocity_at(*motions[c], r.arm), r.normal);
        const F next = max(F(0), push - r.push_mass * speed);
        const Vec2<Isa> impulse = (next - push) * r.normal;
        push = next;
        push_at<Shape>(*motions[c], impulse, cross(r.arm, impulse));
    }
}

// One iteration of a contact: friction at each point, then the normal impulses of both together.
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE void solve_contact(const PointMass<Isa>& r, const PairMass<Isa>& pair,
                                   ContactImpulse<Isa>& sum, Motion<Isa>& m) noexcept {
    using F = Floats<Isa>;
    auto& [push1, push2] = sum.push;
    solve_friction<Shape>(r.normal, r.friction, r.arm, r.drag_mass, push1, sum.drag[0], m);
    solve_friction<Shape>(r.normal, r.friction, pair.arm, pair.drag_mass, push2, sum.drag[1], m);

    const F v1 = dot(velocity_at(m, r.arm), r.normal);
    const F v2 = dot(velocity_at(m, pair.arm), r.normal);
    // One point alone.
    const F single = max(F(0), push1 - r.push_mass * v1);
    // Both: the first of four cases that leaves no point with a pull or an approach.
    const F b1 = v1 - (pair.k11 * push1 + pair.k12 * push2);
    const F b2 = v2 - (pair.k12 * push1 + pair.k22 * push2);
    F x1 = pair.i11 * b1 + pair.i12 * b2, x2 = pair.i12 * b1 + pair.i22 * b2;
    const auto unsolved = min(x1, x2) < F(0);
    if (any(unsolved)) {
        const F only1 = -r.push_mass * b1, only2 = -pair.push_mass * b2;
        const auto first = min(only1, pair.k12 * only1 + b2) >= F(0);
        const auto second = min(only2, pair.k12 * only2 + b1) >= F(0);
        const auto neither = min(b1, b2) >= F(0);
        const F rest1 = select(second, F(0), select(neither, F(0), push1));
        const F rest2 = select(second, only2, select(neither, F(0), push2));
        x1 = select(unsolved, select(first, only1, rest1), x1);
        x2 = select(unsolved, select(first, F(0), rest2), x2);
    }
    const auto two = pair.count == 2U;
    x1 = select(two, x1, single);
    x2 = select(two, x2, F(0));
    const Vec2<Isa> impulse1 = (x1 - push1) * r.normal, impulse2 = (x2 - push2) * r.normal;
    push1 = x1, push2 = x2;
    push_at<Shape>(m, impulse1 + impulse2, cross(r.arm, impulse1) + cross(pair.arm, impulse2));
}

// Keeps the impulses for the next step; a point that took no part keeps its old ones.
template <class Isa>
LOCKSTEP_INLINE void keep_impulses(const PairMass<Isa>& pair, const ContactImpulse<Isa>& sum,
                                   ContactImpulse<Isa>& kept) noexcept {
    for (unsigned i = 0; i < 2; ++i) {
        const auto here = pair.count > i;
        kept.push[i] = select(here, sum.push[i], kept.push[i]);
        kept.drag[i] = select(here, sum.drag[i], kept.drag[i]);
    }
}

// Moves the body out of the edge, point by point, by a share of the overlap beyond the slop.
// `gap` becomes the least gap met.
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE void correct_contact(const Manifold<Isa>& m, float share, const Mask<Isa>& here,
                                     Place<Isa>& place, Floats<Isa>& gap) noexcept {
    using F = Floats<Isa>;
    constexpr float max_linear_correction = 0.2F;
    for (unsigned i = 0; i < 2; ++i) {
        const auto active = here & (m.count > i);
        if (!any(active)) continue;
        const Touch<Isa> t = touch(m, pose_of<Shape>(place), static_cast<int>(i));
        const Vec2<Isa> normal = select(m.on_polygon, -t.normal, t.normal);
        const F separation = t.gap - rim - rim;
        gap = select(active, min(separation, gap), gap);
        const F c = limited(F(share) * (separation + linear_slop), F(-max_linear_correction), F(0));
        const Vec2<Isa> arm = t.point - place.center;
        const F size = select(active, -c / mass_along<Shape>(arm, normal), F(0));
        const Vec2<Isa> impulse = size * normal;
        place.center = place.center + F(Shape::inverse_mass) * impulse;
        place.angle = place.angle + F(Shape::inverse_inertia) * cross(arm, impulse);
    }
}

}  // namespace lockstep::rigid_body
