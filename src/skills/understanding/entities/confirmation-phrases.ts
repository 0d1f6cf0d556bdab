/** Answers in en, de, fr, es, it, pt and nl, folded as the words of answers are. The longest that fits is taken. */
export const confirmationPhrases = {
  yes: [
    'yes, yeah, yep, yup, yea, yes please, aye, ok, okay, sure, sure thing, of course, certainly, definitely',
    'absolutely, exactly, correct, that is correct, that s correct, that s right, that is right, indeed, agreed',
    'i agree, go ahead, go for it, sounds good, why not, by all means, please do, confirm',
    // An agreement to what was proposed, in every language that says it; not the answer to "have you a problem?".
    'no problem, no worries, no prob, not a problem, no doubt, no objection, no objections, i don t mind, confirmed',
    'ja, jo, jap, jup, jep, joa, jawohl, klar, na klar, alles klar, aber ja, aber klar, genau, gern, gerne, stimmt, richtig',
    'naturlich, selbstverstandlich, auf jeden fall, einverstanden, in ordnung, kein problem, bitte ja',
    'oui, ouais, ouaip, mais oui, bien sur, d accord, certainement, exactement, tout a fait, volontiers, pas de probleme',
    'si, sip, claro, claro que si, por supuesto, de acuerdo, correcto, exacto, desde luego, sin problema, como no',
    'certamente, va bene, d accordo, esatto, nessun problema, sicuro, volentieri, perche no, por que no, pourquoi pas',
    'sim, com certeza, pode ser, exato, sem problema, sem problemas, tudo bem, por favor sim, beleza, combinado',
    'jawel, zeker, zeker weten, natuurlijk, akkoord, klopt, geen probleem, graag, inderdaad, warum nicht',
    '👍, 👌, ✅, ✔, ☑, 💯, 🆗',
  ],
  no: [
    'no, nope, nah, nay, no thanks, no thank you, no way, not really, not at all, incorrect',
    'i don t want, i do not want, i don t think so, not correct, not right, that s wrong, that is wrong, of course not',
    'that s not right, that is not right, not true',
    'certainly not, definitely not, absolutely not',
    'not ok, not okay, rather not, i d rather not, not now, by no means, no can do, disagree',
    'nein, nee, no danke, nein danke, lieber nicht, auf keinen fall, keinesfalls, keineswegs, niemals',
    'naturlich nicht, stimmt nicht, nicht richtig, nicht wirklich, noe, nö',
    'non, non merci, mais non, bien sur que non, pas du tout, pas vraiment, surtout pas, ce n est pas correct',
    'no gracias, para nada, jamas, claro que no, en absoluto, de ninguna manera, no es correcto, incorrecto',
    'no grazie, assolutamente no, certo che no, per niente, sbagliato',
    'nao, nao obrigado, nao obrigada, claro que nao, de jeito nenhum, de modo nenhum',
    'neen, nee dank je, nee bedankt, zeker niet, absoluut niet, liever niet, nooit, klopt niet',
    '👎, ❌, ✖, ✗, 🚫, 🙅',
  ],
  // These are parts of other sentences as well, and count only where the answer holds nothing else.
  yesAlone: [
    'y, k, kk, i do, i am, i would, i will, it is, fine, right, true, ya, isso, goed, prima, sicher, certo, vale, doch',
    'passt',
  ],
  noAlone: [
    'n, i don t, i do not, do not, don t, i m not, i am not, it is not, it isn t, i would not, i wouldn t, wrong, never',
    'nie, falsch, ne, nicht, jamais, nunca, mai, errado, niet, fout, negative',
  ],
  neither: [
    'not sure, i m not sure, i am not sure, i do not know, i don t know, don t know, no idea, no clue, not yet, maybe',
    'yes and no, yes or no, weiss nicht, weiss ich nicht, ich weiss nicht, ich weiss es nicht, nicht sicher, keine ahnung',
    'je ne sais pas, pas sur, no se, no lo se, no estoy seguro, no estoy segura, non lo so, non so, non sono sicuro',
    'nao sei, nao tenho certeza, weet niet, weet ik niet, ik weet het niet, niet zeker, geen idee, no longer, no one',
    'right now, right away, not only, jein, peut etre, quizas, tal vez, forse, talvez, misschien, vielleicht, know',
  ],
} as const;
