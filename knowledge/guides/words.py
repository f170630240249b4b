"""What guides ask and say, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

from knowledge import situation_words
from knowledge.guides.deadlines import Today
from knowledge.guides.questions import Question, QuestionName
from knowledge.guides.steps import DayName, NoteName, PaperName, PeriodName, Step, StepName
from knowledge.register import HoursOfDay
from knowledge.situations import is_condition
from language.languages import NAMES, Language, is_language
from web.dates import day, weekday
from web.translations import translations


def guide_title(slug: str, language: Language) -> str:
    """Return the title of a guide."""
    gettext = translations(language).gettext
    titles = {
        "what-applies": gettext("What applies to me when I come to Denmark?"),
        "form-04063": gettext("Form 04.063: how do I apply for a tax card?"),
    }
    return titles[slug]


def guide_purpose(slug: str, language: Language) -> str:
    """Return what a guide is for, in a sentence."""
    gettext = translations(language).gettext
    purposes = {
        "what-applies": gettext(
            "Answer a few questions, and see what to do, in which order and by when."
        ),
        "form-04063": gettext(
            "Answer a few questions, and see which version to use, what to attach, where to send it and how long it takes."
        ),
    }
    return purposes[slug]


def question(name: QuestionName, language: Language) -> str:
    """Return a question."""
    gettext = translations(language).gettext
    questions: dict[QuestionName, str] = {
        "purpose": gettext("Why are you coming to Denmark?"),
        "home": gettext("Where will you live while you work in Denmark?"),
        "sponsor": gettext("Who in Denmark are you joining?"),
        "permit": gettext("Do you have a Danish residence and work permit?"),
        "pd_u2": gettext("Do you bring unemployment benefit from another country (PD U2)?"),
        "family": gettext("Does family come with you, and which passports do they have?"),
        "children": gettext("Do you have children under 18?"),
        "pd_u2_date": gettext("Which date is printed on the front of your PD U2?"),
        "pd_u2_last_day": gettext("What is the last day on your PD U2?"),
        "arrival": gettext("When do you arrive in Denmark?"),
        "moved_in": gettext("From which day do you have a home in Denmark?"),
        "applied": gettext("On which day did you apply for the permit?"),
        "first_day": gettext("What is your first working day?"),
        "first_pay": gettext("What is your first pay day?"),
        "municipality": gettext("Your municipality, town or postcode"),
        "work": gettext("How do you work in Denmark?"),
        "tastselv": gettext(
            "Do you have a CPR number, a registered address in Denmark, and MitID or an E-tax password?"
        ),
        "lives_in": gettext("Where do you live now?"),
        "identity": gettext("What do you identify yourself with?"),
        "married": gettext("Are you married?"),
        "way": gettext("How do you want to fill in the form?"),
        "form_language": gettext("In which language do you want the form?"),
    }
    if name in {"citizenship", "stay"}:
        return situation_words.question(name, language)
    return questions[name]


def hint(name: QuestionName, language: Language) -> str | None:
    """Return what helps to answer a question; None where it says all."""
    gettext = translations(language).gettext
    hints: dict[QuestionName, str] = {
        "pd_u2_last_day": gettext("Leave it empty if you do not know."),
        "arrival": gettext("Leave it empty if you do not know."),
        "moved_in": gettext("Leave it empty if you do not know."),
        "applied": gettext("Leave it empty if you do not know."),
        "first_day": gettext("Leave it empty if you have no job yet or do not know."),
        "first_pay": gettext("Leave it empty if you have no job yet or do not know."),
        "municipality": gettext(
            "For example Vejle, Skagen or 8000. Leave it empty if you do not know."
        ),
    }
    return hints.get(name)


def choice(asked: Question, value: str, language: Language) -> str:
    """Return one of a question's answers.

    Args:
        asked: The question.
        value: One of its choices.
        language: Of what is returned.
    """
    gettext = translations(language).gettext
    yes_no = {"yes": gettext("Yes"), "no": gettext("No")}
    choices: dict[QuestionName, dict[str, str]] = {
        "purpose": {
            "work": gettext("I work for an employer"),
            "self_employed": gettext("I run my own business"),
            "jobseeker": gettext("I am looking for work"),
            "study": gettext("I am going to study"),
            "family": gettext("I am joining family"),
            "other": gettext("Something else"),
        },
        "home": {
            "denmark": gettext("In Denmark"),
            "abroad": gettext("I keep my home in another country and commute"),
        },
        "sponsor": {
            "eu": gettext("A citizen of the EU, the EEA or Switzerland (not a Nordic country)"),
            "permit_holder": gettext("Somebody with a permit for work or studies"),
            "other": gettext(
                "A Danish or Nordic citizen, a refugee or somebody with permanent residence"
            ),
        },
        "permit": {
            "granted": gettext("Yes"),
            "applied": gettext("No, but I have applied"),
            "ukraine": gettext("I come from Ukraine and have only applied"),
            "no": gettext("No"),
        },
        "family": {
            "none": gettext("No, I come alone"),
            "nordic": gettext("Yes, from Finland, Iceland, Norway or Sweden"),
            "eu_eea_ch": gettext("Yes, from another EU/EEA country or Switzerland"),
            "third_country": gettext("Yes, from a country outside the EU, the EEA and Switzerland"),
        },
        "work": {
            "employee": gettext("I work for an employer"),
            "self_employed": gettext("I run my own business"),
            "researcher": gettext("I am on the special tax scheme for researchers"),
        },
        "lives_in": {
            "denmark": gettext("In Denmark"),
            "sweden": gettext("In Sweden"),
            "elsewhere": gettext("In another country"),
        },
        "identity": {"passport": gettext("Passport"), "id_card": gettext("National ID card")},
        "way": {
            "digital": gettext("Online"),
            "pdf": gettext("As a PDF or on paper"),
        },
    }
    if is_condition(value) and asked.name in {"citizenship", "stay"}:
        return situation_words.name(value, language)
    if is_language(value) and asked.name == "form_language":
        return NAMES[value]
    return choices.get(asked.name, yes_no)[value]


def title(step: Step, language: Language) -> str:
    """Return what to do, in a line."""
    return _titles(translations(language).gettext)[step.name] % step.values


def _titles(gettext: Callable[[str], str]) -> dict[StepName, str]:
    return {
        "find_pd_u2_office": gettext("Find out where to register, and book a time"),
        "register_pd_u2": gettext("Register in person as a jobseeker"),
        "keep_receipt": gettext("Ask for a receipt (fremmødekvittering) and keep it"),
        "get_administrative_number": gettext(
            "Ask for an administrative personal number (administrativt personnummer)"
        ),
        "make_cv": gettext("Create your CV on Jobnet and keep it active"),
        "ask_for_extension": gettext("Ask for an extension if you want to look for longer"),
        "be_back": gettext("Be back and registered in the country that pays"),
        "write_to_issuer": gettext("Write to the office that issued your PD U2"),
        "show_other_passport": gettext("Show another passport or travel document, if you have one"),
        "get_work_permit": gettext("Get a residence and work permit from SIRI"),
        "get_business_permit": gettext("Get a permit for self-employment from SIRI"),
        "get_study_permit": gettext("Get a residence permit for studies from SIRI"),
        "no_permit_to_search": gettext("There is no permit for coming to look for work"),
        "ask_for_permit": gettext("Ask SIRI which permit fits you"),
        "give_fingerprints": gettext("Have your photo and fingerprints taken"),
        "passport_is_enough": gettext("Bring your passport or national ID card"),
        "get_eu_document": gettext(
            "Apply to SIRI for an EU residence document (EU-opholdsdokument)"
        ),
        "stay_while_searching": gettext("You may stay while you look for work"),
        "check_visa": gettext("Find out whether a visa is needed to enter"),
        "apply_as_eu_family": gettext("Apply to SIRI as family of an EU citizen"),
        "apply_as_accompanying_family": gettext(
            "Apply to SIRI as accompanying family (medfølgende familie)"
        ),
        "apply_for_reunification": gettext("Apply for family reunification (familiesammenføring)"),
        "family_needs_nothing": gettext("Family from a Nordic country needs no permit"),
        "family_stays_with_jobseeker": gettext("Your family may stay as long as you may"),
        "family_gets_own_document": gettext(
            "Family from the EU, the EEA or Switzerland applies for a document of their own"
        ),
        "apply_for_tax_card": gettext("Apply for a tax card (skattekort)"),
        "register_for_cpr": gettext("Register and get a CPR number"),
        "may_register_for_cpr": gettext("Register and get a CPR number, if you like"),
        "get_health_card": gettext(
            "Choose a doctor; the yellow health card (sundhedskort) comes by post"
        ),
        "get_special_health_card": gettext(
            "Apply for a special health card (særligt sundhedskort)"
        ),
        "insure_at_home": gettext("Make sure that you have health insurance where you live"),
        "get_mitid": gettext("Get MitID"),
        "open_account": gettext("Open a bank account and choose a NemKonto"),
        "register_business": gettext("Register your business on virk.dk"),
        "find_childcare": gettext("Find day care or a school for your children"),
        "see_to_child_benefit": gettext(
            "See to the child and youth benefit (børne- og ungeydelse)"
        ),
        "learn_danish": gettext("Learn Danish at a language centre (sprogcenter)"),
        "ask_centre": gettext("Ask your ICS centre if something is unclear"),
        "use_tastselv": gettext("Apply in TastSelv: you do not need the form"),
        "ask_about_researcher_scheme": gettext("Use form 01.012 instead: this form is not for you"),
        "open_digital_form": gettext(
            "Fill in the digital form 04.063 in this language: %(language)s"
        ),
        "open_pdf_form": gettext("Fill in the PDF of form %(edition)s (%(language)s)"),
        "attach_papers": gettext("Attach these papers"),
        "send_digital_form": gettext("Send the form online"),
        "send_pdf_form": gettext("Send the form in, or hand it in at an ICS centre"),
        "wait_for_tax_card": gettext(
            "Wait for the preliminary income assessment (forskudsopgørelse)"
        ),
    }


def text(step: Step, language: Language) -> str | None:
    """Return what more there is to say of a step; None where its title says all."""
    gettext = translations(language).gettext
    texts: dict[StepName, str] = {
        "find_pd_u2_office": gettext(
            "Ask your municipality or an ICS centre before you set out: it is not the same everywhere."
        ),
        "register_pd_u2": gettext(
            "An e-mail, a phone call or a profile on Jobnet does not count as registration."
        ),
        "get_administrative_number": gettext(
            "Only if you have no Danish personal number. You need it for Jobnet."
        ),
        "ask_for_extension": gettext(
            "Only the office that issued your PD U2 can extend it, and not every country does. Ask early."
        ),
        "be_back": gettext("Unless you have found a job or got an extension by then."),
        "write_to_issuer": gettext(
            "As a citizen of a country outside the EU, the EEA and Switzerland you cannot be registered with a PD U2 in Denmark. Ask what happens to your benefit."
        ),
        "show_other_passport": gettext(
            "If you are also a citizen of an EU/EEA country or Switzerland, a recognised refugee or stateless, ask the ICS centre whether the rules cover you."
        ),
        "get_work_permit": gettext(
            "First you need a definite job offer. Do not start before you have the permit; as a rule you get it before you travel."
        ),
        "get_business_permit": gettext(
            "A permit for a job does not cover self-employment. Do not start before you have the permit."
        ),
        "get_study_permit": gettext("Get it before you come. The school starts the application."),
        "no_permit_to_search": gettext(
            "As a citizen of a country outside the EU, the EEA and Switzerland you need a definite job offer first."
        ),
        "ask_for_permit": gettext("Our sources do not cover every case."),
        "give_fingerprints": gettext(
            "At SIRI or at a Danish mission abroad. Without them in time, SIRI rejects the application."
        ),
        "passport_is_enough": gettext(
            "For a stay of this length you need nothing else to be here."
        ),
        "get_eu_document": gettext(
            "You may start work on the day you arrive; you need not wait for it."
        ),
        "stay_while_searching": gettext(
            "Longer only as long as you can show that you are still looking and have a real chance of a job. Without a job or other grounds you get no EU residence document and no CPR number."
        ),
        "check_visa": gettext("For family of an EU citizen the visa is free."),
        "apply_as_eu_family": gettext(
            "The EU citizen must have a job, studies, enough money or other EU grounds."
        ),
        "apply_as_accompanying_family": gettext("Each person applies and pays separately."),
        "apply_for_reunification": gettext(
            "The Danish Immigration Service (Udlændingestyrelsen) decides."
        ),
        "family_stays_with_jobseeker": gettext(
            "While you are only looking for work they do not apply for a document."
        ),
        "apply_for_tax_card": gettext(
            "You need not wait for a CPR number: without one you get a personal tax number (skattepersonnummer) with the card."
        ),
        "register_for_cpr": gettext("For a stay of this length you must register."),
        "may_register_for_cpr": gettext(
            "For a stay of this length you may register, but need not."
        ),
        "insure_at_home": gettext(
            "As a rule you do not get a special health card. If in doubt, ask Udbetaling Danmark."
        ),
        "get_special_health_card": gettext(
            "As soon as you have a personal tax number. Ask for form S1 at the same time."
        ),
        "get_mitid": gettext("You need it for the bank, for TastSelv and for your Digital Post."),
        "use_tastselv": gettext("Form 04.063 is for people who cannot use TastSelv."),
        "send_digital_form": gettext(
            "It goes straight to the Danish Tax Agency (Skattestyrelsen)."
        ),
        "send_pdf_form": gettext(
            "Use the contact form on skat.dk or the postal address on the form. An ICS centre forwards it to the Danish Tax Agency (Skattestyrelsen)."
        ),
        "wait_for_tax_card": gettext(
            "It shows your number, your withholding rate and your allowances. Your employer fetches the card. If something is missing, it takes longer."
        ),
    }
    return texts.get(step.name)


def on_day(name: DayName, value: date, language: Language) -> str:
    """Return a day with what it is and its weekday, for example `No later than Friday, 4 December`."""
    gettext = translations(language).gettext
    said = {"day": f"{weekday(value.weekday(), language)}, {day(value, language)}"}
    phrases: dict[DayName, str] = {
        "earliest": gettext("At the earliest: %(day)s"),
        "latest": gettext("At the latest: %(day)s"),
        "until": gettext("Until: %(day)s"),
        "expected": gettext("An answer may come by: %(day)s"),
    }
    return phrases[name] % said


def period(name: PeriodName, language: Language) -> str:
    """Return what a period is for and what it is counted from."""
    gettext = translations(language).gettext
    names: dict[PeriodName, str] = {
        "from_pd_u2_date": gettext("Time limit, from the date on the PD U2"),
        "usual_pd_u2_period": gettext("A PD U2 usually runs for"),
        "longest_pd_u2_period": gettext("The longest time in all"),
        "before_first_day": gettext("Earliest, before the first working day"),
        "from_arrival": gettext("Time limit, from the day you arrive"),
        "from_cpr_conditions": gettext(
            "Time limit, from when you are here lawfully, have a home and meet all conditions"
        ),
        "from_application": gettext("Time limit, from the day you apply"),
        "search_from_arrival": gettext("From the day you arrive"),
        "account_from_entry": gettext(
            "Danish account for your pay, under most schemes, from entry"
        ),
        "before_business": gettext("Time needed before you begin, at least"),
    }
    return names[name]


def figure(fact: str, language: Language) -> str:
    """Return what a fact's value is, for the facts that guides name."""
    gettext = translations(language).gettext
    names = {
        "accompanying-family-processing-time": gettext("Normal waiting time"),
        "daycare-parent-share": gettext("Parents pay of the cost at most"),
        "danish-lessons-deposit": gettext("Deposit"),
        "eu-document-processing-time": gettext("Normal waiting time, at most"),
        "eu-family-processing-time": gettext("Normal waiting time, at most"),
        "family-reunification-fee": gettext("Fee"),
        "form-04063-time": gettext("Waiting time, when nothing is missing"),
        "health-card-delivery": gettext("Delivery time"),
        "immigration-service-phone": gettext("Phone of the Danish Immigration Service"),
        "international-health-insurance-phone": gettext("Phone of Udbetaling Danmark"),
        "no-tax-card-rate": gettext("Withheld from your pay without a tax card"),
        "siri-family-fee": gettext("Fee for each person"),
        "siri-line-1": gettext("Phone of SIRI"),
        "siri-line-2": gettext("Phone of SIRI"),
        "siri-work-fee": gettext("Fee"),
        "special-health-card-time": gettext("Delivery time"),
        "study-permit-processing-time": gettext("Normal waiting time"),
        "tastselv-tax-card-time": gettext("Longest waiting time"),
        "work-permit-processing-time": gettext("Normal waiting time"),
    }
    return names[fact]


def value(fact: str, language: Language, today: Today) -> str | None:
    """Return a fact's value in words; None where readers may not be shown it."""
    found = today.facts.get(fact)
    return found.in_words(language) if found and found.is_confirmed(today.day) else None


def note(name: NoteName, language: Language) -> str:
    """Return what to know of a step in a person's case."""
    gettext = translations(language).gettext
    notes: dict[NoteName, str] = {
        "counted_from_printed_date": gettext(
            "The days count from the date printed on the PD U2, whatever day you arrive."
        ),
        "weekend": gettext(
            "That day is a Saturday or Sunday. No source says that the deadline then moves: go on a working day before it, or ask the office that issued the PD U2."
        ),
        "passed": gettext("This day has passed. Do it at once, and ask what it means for you."),
        "arrives_late": gettext("You arrive after this day."),
        "late_is_paid_less": gettext(
            "If you register late, you are as a rule paid only from the day you register. Only the office that issued the PD U2 can extend the deadline: write to it now."
        ),
        "usual_last_day": gettext(
            "Counted by the usual period: what counts is the last day on your own PD U2."
        ),
        "no_longer_possible": gettext(
            "Your PD U2 already runs for the longest time that is possible."
        ),
        "cv_deadline_unknown": gettext(
            "Do it right after you have registered. Our sources name no day: ask the office that registered you which deadline applies to you."
        ),
        "before_first_pay": gettext(
            "It must be in place before your employer runs the first payroll, which is before pay day. Ask your employer when that is."
        ),
        "pay_comes_first": gettext("Do this before you register, because pay day comes first."),
        "permit_first": gettext("Wait until you have the permit: without it you get no tax card."),
        "no_fee": gettext("It is free of charge."),
        "deposit": gettext("The teaching is free, but most people pay a deposit first."),
        "nordic_sponsor": gettext(
            "If the Nordic citizen has a job or other EU grounds, you can choose between the EU rules and family reunification."
        ),
        "ukraine_attachment": gettext(
            "Ask your ICS centre what to attach in place of the permit: no source that is new enough says."
        ),
        "pdf_save_first": gettext(
            "Save the file on your computer before you fill it in, or what you write can be lost."
        ),
        "say_earlier_number": gettext(
            "If you have lived or worked in Denmark before, say so: you already have a number."
        ),
    }
    return notes[name]


def paper(name: PaperName, language: Language) -> str:
    """Return what to bring, have ready or attach."""
    gettext = translations(language).gettext
    papers: dict[PaperName, str] = {
        "pd_u2": gettext("your PD U2"),
        "passport_or_id": gettext("valid passport or national ID card"),
        "contact_details": gettext("your address in Denmark, e-mail address and phone number"),
        "cv_details": gettext("what you need for a CV: jobs, education, languages"),
        "work_done_to_find_a_job": gettext(
            "a list of what you have done to find work, and why more time helps"
        ),
        "contract": gettext(
            "employment contract or confirmation of employment: all pages in one file, signed by you and your employer, with CVR number, start date and pay"
        ),
        "passport_page": gettext("the passport page with your details, in colour and easy to read"),
        "id_card_both_sides": gettext(
            "both sides of your national ID card, in colour and easy to read"
        ),
        "civil_registration_certificate": gettext(
            "civil registration certificate (personbevis) from Sweden"
        ),
        "marriage_certificate": gettext("marriage certificate: all pages, in its own language"),
        "family_certificate": gettext("family certificate (familjebevis) from Sweden"),
        "permit": gettext("your Danish residence and work permit"),
        "addresses": gettext("your addresses in Denmark and abroad"),
        "working_days_and_pay": gettext("first and expected last working day, expected pay"),
        "deductions": gettext("your deductions, for example travel to work"),
        "proof_of_address": gettext(
            "proof of your address: a lease, or a signed statement from the person you live with (logiværtserklæring)"
        ),
        "eu_document": gettext("your EU residence document"),
        "family_papers": gettext(
            "marriage or divorce certificate and the children’s birth certificates, if you have any"
        ),
        "birth_place_id": gettext("passport or ID card that shows your place of birth"),
        "grounds": gettext(
            "proof of your grounds, such as a contract or a letter of admission, less than 30 days old"
        ),
    }
    return papers[name]


def hours_today(
    for_whom: Literal["visitors", "callers"], hours: HoursOfDay, language: Language
) -> str:
    """Return when a centre is usually open today, for example `... For visitors: 10:00–16:00`."""
    gettext = translations(language).gettext
    whom = {"visitors": gettext("For visitors"), "callers": gettext("By phone")}
    span = f"{hours.opens}–{hours.closes}" if hours.opens else gettext("closed")
    return f"{gettext('Usual hours today')} – {whom[for_whom]}: {span}"


def opening_hours(page: str, language: Language) -> str:
    """Return where a centre's hours stand, where none are confirmed."""
    return f"{translations(language).gettext('Opening hours')}: {page}"


def booking(appointment: str | None, language: Language) -> str | None:
    """Return whether to book a time at a centre; None where that is not known."""
    gettext = translations(language).gettext
    sayings = {
        "required": gettext("Book a time before you come."),
        "needed for CPR": gettext("Book a time if you come for a CPR number."),
    }
    return sayings[appointment] if appointment else None
