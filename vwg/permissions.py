"""Who may, as sentences. Guards ask these; the table of who may what is printed from the guards."""

from vwg.models import Event, EventDate, Household, User


def can_organise(user: User) -> bool:
    """Every volunteer, unless an administrator took the role away."""
    return user.is_organiser or user.is_administrator


def can_coach(user: User) -> bool:
    """Every volunteer, unless an administrator took the role away."""
    return user.is_coach


def can_administer(user: User) -> bool:
    return user.is_administrator


def can_translate(user: User) -> bool:
    """Any volunteer may read phrases; a translator does little else."""
    return user.is_volunteer


def can_edit_event(user: User, event: Event) -> bool:
    """Organisers, and whoever hosts it."""
    return can_organise(user) or user in event.hosts


def can_see_names(user: User, date: EventDate) -> bool:
    """Hosts of that activity only; any volunteer becomes one by a press that is logged."""
    return user in date.event.hosts


def can_see_household(user: User, household: Household) -> bool:
    """Whoever coaches it today or stands in for its coach."""
    return any(coach.user_id == user.id and coach.holds for coach in household.coaches)
